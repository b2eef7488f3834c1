"""Where the way itself misleads: loops, streets driven twice, stops that are visited twice."""

from typing import Any

Drive = Any


def around_the_loop(ring: Drive, first: int = 0, last: int = 4000) -> None:
    """Drive the square, 1 km a side, at 8 1/3 m/s with a report each 30 s, from ``first`` to ``last`` metres."""
    corners = [(0.0, 5000.0), (1000.0, 5000.0), (1000.0, 6000.0), (0.0, 6000.0), (0.0, 5000.0)]
    for driven in range(first, last + 1, 250):
        side, along = min(driven // 1000, 3), driven - min(driven // 1000, 3) * 1000
        (x0, y0), (x1, y1) = corners[side], corners[side + 1]
        share = along / 1000
        ring.go(driven * 120 // 1000, x0 + share * (x1 - x0), y0 + share * (y1 - y0), trip="ring-1")


def test_01_a_loop_that_starts_and_ends_at_one_stop_is_not_over_before_it_begins(drive: Any) -> None:
    ring = drive("ring")
    ring.go(-30, 0.0, 5000.0, trip="ring-1")
    ring.go(0, 10.0, 5000.0, trip="ring-1")
    assert ring.run("ring-1").next_position == 0
    assert ring.passed(trip="ring-1") == {}


def test_01_each_stop_of_a_loop_is_arrived_at_once_and_in_order(drive: Any) -> None:
    ring = drive("ring")
    around_the_loop(ring)
    arrivals = ring.passed(trip="ring-1")
    assert list(arrivals) == [1, 2, 3, 4]
    assert arrivals == {1: 120, 2: 240, 3: 360, 4: 480}


def test_02_a_stop_visited_twice_is_two_calls_told_apart_by_their_sequence(drive: Any) -> None:
    spur = drive("spur")
    for at, x_m in enumerate((0.0, 250.0, 500.0, 750.0, 1000.0, 1250.0)):
        spur.go(at * 30, x_m, 9000.0, trip="spur-1")
    assert list(spur.passed(trip="spur-1")) == [1]
    assert list(spur.times("spur-1")) == [2, 3, 4]


def test_06_there_and_back_on_one_street_counts_each_pass_once(drive: Any) -> None:
    spur = drive("spur")
    way = [*range(0, 2001, 250), *range(1750, -1, -250)]
    for i, x_m in enumerate(way):
        spur.go(i * 30, float(x_m), 9000.0, trip="spur-1")
    assert spur.passed(trip="spur-1") == {1: 120, 2: 240, 3: 360, 4: 480}


def test_06_the_way_back_is_not_taken_for_the_way_there(drive: Any) -> None:
    spur = drive("spur")
    for i, x_m in enumerate([*range(0, 2001, 250), 1750, 1500]):
        spur.go(i * 30, float(x_m), 9000.0, trip="spur-1")
    assert abs(spur.run("spur-1").progress_m - 2500) < 5
    assert list(spur.times("spur-1")) == [3, 4]


def test_17_stops_between_two_reports_a_minute_apart_are_told_with_interpolated_times_and_bounds(bus: Any) -> None:
    bus.go(0, 0.0)
    bus.go(60, 500.0)
    bus.go(120, 1500.0)
    assert bus.passed() == {1: 48, 2: 78, 3: 102}
    bounds = {p.position: (p.earliest_at, p.latest_at) for p in bus.passages if p.kind == "arrival"}
    assert bounds[3][1] - bounds[3][0] == 60
