"""What trip updates said, and what was learned of errors, through a switch of timetables."""

from typing import Any

from google.transit.gtfs_realtime_pb2 import FeedMessage

from tests.transit.conftest import EIGHT
from transit.tracking.added_runs import Added
from transit.tracking.carry_notices import Base, carry_notices
from transit.tracking.line_tables import build_line_tables
from transit.tracking.trip_updates import Notice

CANCELED, SKIPPED, ADDED = 3, 1, 1


def say_once(bus: Any, trip_id: str, *, relationship: int = 0, skipped: str = "", added: bool = False) -> None:
    """A trip update in a message of its own at eight o'clock."""
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = EIGHT
    update = message.entity.add(id="update").trip_update
    update.trip.trip_id = trip_id
    update.trip.start_date = "20260303"
    update.trip.schedule_relationship = relationship
    if skipped:
        update.stop_time_update.add(stop_id=skipped, schedule_relationship=SKIPPED)
    for number in range(3 if added else 0):
        call = update.stop_time_update.add(stop_id=f"s{400 * number}-0")
        call.arrival.time = call.departure.time = EIGHT + 600 + 60 * number
    bus.send(0, message.SerializeToString())


def switch(bus: Any, timetable: Any) -> Any:
    tracker, counts = bus.tracker.rebased(timetable)
    bus.tracker, bus.timetable = tracker, timetable
    return counts


def test_a_cancelled_run_stays_cancelled(bus: Any, draw: Any) -> None:
    say_once(bus, "out-2", relationship=CANCELED)
    counts = switch(bus, draw(hop_s=70))
    bus.say(30)
    assert bus.run("out-2").verdict.name == "NOT_COMING"
    assert (counts.notices_kept, counts.notices_dropped) == (1, 0)


def test_a_stop_that_is_left_out_is_found_by_its_id_in_the_new_timetable(bus: Any, draw: Any) -> None:
    say_once(bus, "out-1", skipped="s1200-0")
    other = draw(without=frozenset({"back-1"}))
    switch(bus, other)
    bus.go(30, 200.0)
    assert bus.run().skipped == (3,)


def test_an_added_run_goes_on_along_its_pattern(bus: Any, draw: Any) -> None:
    say_once(bus, "extra", relationship=ADDED, added=True)
    assert bus.find("extra") is not None
    switch(bus, draw(without=frozenset({"back-1"})))
    bus.say(30)
    assert bus.find("extra") is not None
    counts = switch(bus, draw(without=frozenset({"out-1", "out-2", "out-3", "night"})))
    bus.say(60)
    assert bus.find("extra") is None
    assert counts.notices_dropped == 1


def test_what_says_nothing_under_the_new_timetable_is_dropped(draw: Any) -> None:
    old, new = draw(), draw(without=frozenset({"ring-1"}))
    gone, kept = old.stop_id.find("s1000-5000"), old.stop_id.find("s400-0")
    bases = [Base(each, build_line_tables(each, "bus")) for each in (old, new)]
    added = Added(20515, -1, ())
    notices = {
        "out-1": Notice(0, 1, False, ((3, gone),)),
        "out-2": Notice(0, 1, True, ((3, gone), (-1, kept), (5, -1))),
        "out-3": Notice(0, 1, False, (), added),
        "extra": Notice(0, 1, False, (), added),
    }
    found = carry_notices(notices, *bases)
    assert set(found) == {"out-2", "extra"}
    assert found["out-2"].skipped == ((-1, new.stop_id.find("s400-0")), (5, -1))
    assert found["extra"].added == added


def test_errors_that_were_learned_and_promises_that_were_made_still_count(bus: Any, draw: Any) -> None:
    for i in range(12):
        bus.go(30 * i, 200.0 * i)
    state = bus.tracker._state
    assert state.errors["count"].any()
    before = state.errors.copy(), state.memories[:1].copy(), state.riders[:1].copy()
    counts = switch(bus, draw(hop_s=70))
    after = bus.tracker._state
    for kept, was in zip((after.errors, after.memories[:1], after.riders[:1]), before, strict=True):
        assert kept.tobytes() == was.tobytes()
    assert counts.memories_dropped == 0
