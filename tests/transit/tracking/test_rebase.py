"""A new timetable in the middle of the day."""

from typing import Any


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


def test_what_has_no_name_any_more_is_dropped_and_counted(bus: Any, draw: Any) -> None:
    drive_street(bus, 0, 6)
    gone = frozenset({"out-1", "out-2", "out-3", "night"})
    tracker, counts = bus.tracker.rebased(draw(without=gone))
    assert (counts.runs_kept, counts.runs_dropped) == (0, 1)
    assert counts.hops_dropped == 9
    bus.tracker = tracker
    bus.say(210)
    assert bus.outcome.public.runs == ()
