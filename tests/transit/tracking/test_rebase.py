"""A new timetable in the middle of the day."""

from typing import Any

from tests.transit.conftest import RAILS, STREET, Drive, Tables
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker


def drive_street(bus: Any, first: int, last: int) -> None:
    for i in range(first, last + 1):
        bus.go(30 * i, 200.0 * i)


def test_a_run_under_way_keeps_its_place_and_what_was_told_of_it(bus: Any, draw: Any) -> None:
    drive_street(bus, 0, 6)
    other = draw(hop_s=70)
    tracker, counts = bus.tracker.rebased(other)
    assert (counts.runs_kept, counts.runs_dropped, counts.hops_dropped) == (1, 0, 0)
    bus.timetable, bus.tracker = other, tracker
    drive_street(bus, 7, 9)
    assert list(bus.passed()) == [1, 2, 3, 4]
    assert bus.outcome.public.timetable == other.hash


def test_a_run_whose_trip_is_gone_goes_on_along_its_pattern(bus: Any, draw: Any) -> None:
    drive_street(bus, 0, 6)
    tracker, counts = bus.tracker.rebased(draw(without=frozenset({"out-1"})))
    assert counts.runs_kept == 1
    bus.tracker = tracker
    drive_street(bus, 7, 9)
    assert list(bus.passed()) == [1, 2, 3, 4]
    assert bus.run().delay_s is None


def test_a_trip_run_once_more_is_not_the_timetables_own_after_a_change(bus: Any, draw: Any) -> None:
    double = {"schedule_relationship": 6, "start_time": "08:05:00"}
    for i in range(12):
        bus.go(300 + 30 * i, 200.0 * i, **double)
    bus.tracker, counts = bus.tracker.rebased(draw(hop_s=70))
    assert counts.runs_kept == 1
    bus.say(660)
    run = bus.run()
    assert (run.delay_s, run.start_time_s, run.schedule_relationship) == (None, 8 * 3600 + 300, 6)


def test_what_has_no_name_any_more_is_dropped_and_counted(bus: Any, draw: Any) -> None:
    drive_street(bus, 0, 6)
    gone = frozenset({"out-1", "out-2", "out-3", "night"})
    tracker, counts = bus.tracker.rebased(draw(without=gone))
    assert (counts.runs_kept, counts.runs_dropped) == (0, 1)
    assert counts.hops_dropped == 9
    bus.tracker = tracker
    bus.say(210)
    assert bus.outcome.public.runs == ()


def draw_street(*, with_short: bool) -> Timetable:
    """A street of two trips; the short ones that come to it are more, and so their pattern is the first."""
    tables = Tables()
    tables.add_shape("east", STREET)
    tables.add_shape("rails", RAILS)
    for number in range(2):
        tables.add_trip("bus", f"out-{number}", ("east", 0), STREET, (8 * 3600 + 600 * number, 60, ""))
    for number in range(3 if with_short else 0):
        tables.add_trip("bus", f"short-{number}", ("east", 0), STREET[1:5], (8 * 3600 + 300 * number, 60, ""))
    return tables.compile()


def test_what_was_told_of_a_run_whose_vehicle_left_it_is_not_told_again() -> None:
    before, after = draw_street(with_short=False), draw_street(with_short=True)
    bus = Drive(before, "bus", LineTracker(before, "bus"))
    for i in range(7):
        bus.go(30 * i, 200.0 * i, trip="out-0")
    bus.go(210, 1400.0, trip="out-1")
    bus.timetable, bus.tracker = after, bus.tracker.rebased(after)[0]
    for i in range(4, 12):
        bus.go(240 + 30 * i, 200.0 * i, trip="out-0", vehicle="v2")
    assert [p.position for p in bus.passages if p.trip_id == "out-0" and p.kind == "arrival"] == [1, 2, 3, 4, 5]


def test_the_stop_that_a_train_named_last_is_the_same_stop(metro: Any, draw: Any) -> None:
    metro.say(0, {"trip": "train-1", "stop_id": "s2000-20000", "current_status": 1})
    other = draw(without=frozenset({"ring-1", "spur-1"}))
    metro.timetable, metro.tracker = other, metro.tracker.rebased(other)[0]
    vehicle = metro.tracker._state.vehicles[0]
    assert other.stop_id[int(vehicle["stop_row"])] == "s2000-20000"
