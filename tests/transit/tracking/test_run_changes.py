"""A vehicle that takes up another trip of the same way: where it is, or from the beginning."""

from typing import Any

TURNED_M = 1600.0
"""Where the bus turns: four stops along, five before the end."""


def turn_short(bus: Any, until: int, **named: Any) -> int:
    """Drive ``out-1`` to the turning place and back to the first stop, there until then; ``named`` from the turn on."""
    at, x_m = 0, 0.0
    for at in range(0, 241, 30):
        bus.go(at, x_m := at * TURNED_M / 240)
    while x_m > 0.0:
        at, x_m = at + 30, max(0.0, x_m - 250.0)
        bus.go(at, x_m, **named)
    while at + 30 < until:
        at += 30
        bus.go(at, 0.0, **named)
    return at + 30


def drive_out(bus: Any, since: int, trip: str) -> list[int]:
    """Drive the whole way; the positions at which the trip's arrivals were told."""
    for at in range(since, since + 571, 30):
        bus.go(at, min((at - since) * 400 / 60, 3600.0), trip=trip)
    return list(bus.passed(trip=trip))


def test_a_bus_turned_short_that_names_its_next_trip_at_once_tells_all_of_its_calls(bus: Any) -> None:
    since = turn_short(bus, 1200, trip="out-3")
    assert bus.run("out-3").state.name == "NOT_DEPARTED"
    assert bus.passed(trip="out-3") == {}
    assert drive_out(bus, since, "out-3") == list(range(1, 10))


def test_a_bus_turned_short_that_names_its_next_trip_late_at_its_first_stop_tells_all_of_its_calls(bus: Any) -> None:
    since = turn_short(bus, 660)
    assert drive_out(bus, since, "out-2") == list(range(1, 10))


def test_a_bus_that_is_renamed_on_the_way_to_a_trip_begun_before_goes_on_where_it_is(bus: Any) -> None:
    for at in range(600, 841, 30):
        bus.go(at, (at - 600) * 400 / 60, trip="out-1")
    bus.go(855, TURNED_M, trip="out-2")
    assert abs(bus.run("out-2").progress_m - TURNED_M) < 5
    for at in range(870, 1171, 30):
        bus.go(at, min((at - 600) * 400 / 60, 3600.0), trip="out-2")
    assert list(bus.passed(trip="out-2")) == list(range(5, 10))


def test_a_bus_that_drives_on_under_a_trip_whose_start_is_ahead_is_on_it_where_it_is(bus: Any) -> None:
    for at in range(0, 691, 30):
        # it stands at a light for two minutes, halfway to its fourth stop
        driven_s = at if at <= 210 else max(at - 120, 210)
        bus.go(at, min(driven_s * 400 / 60, 3600.0), trip="out-1" if at <= 330 else "out-3")
    assert list(bus.passed(trip="out-3")) == list(range(4, 10))
    assert list(bus.passed("departure", trip="out-3")) == list(range(4, 9))


def test_a_train_renamed_to_a_trip_whose_start_is_ahead_passes_nothing_anew_that_lies_behind_it(metro: Any) -> None:
    for stop in range(6):
        trip = "train-1" if stop < 3 else "train-2"
        metro.say(45 * stop, {"trip": trip, "stop_id": f"s{1000 * stop}-20000", "current_status": 1})
        metro.say(45 * stop + 20, {"trip": trip, "stop_id": f"s{1000 * min(stop + 1, 5)}-20000", "current_status": 2})
    assert list(metro.passed(trip="train-1")) == [1, 2]
    assert list(metro.passed(trip="train-2")) == [3, 4, 5]
