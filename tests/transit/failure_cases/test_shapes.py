"""Where shape and stops misfit: loops on the way, a street driven twice, stops off the shape, points drawn twice."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any


def list_places(points: list[tuple[float, float]], step_m: float) -> Iterator[tuple[float, float]]:
    """Places along straight lines, ``step_m`` apart."""
    left_m = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        length_m = abs(x1 - x0) + abs(y1 - y0)
        while left_m < length_m:
            share = left_m / length_m
            yield x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            left_m += step_m
        left_m -= length_m
    yield points[-1]


def follow(bus: Any, points: list[tuple[float, float]], step_m: float = 200.0) -> None:
    for i, (x_m, y_m) in enumerate(list_places(points, step_m)):
        bus.go(30 * i, x_m, y_m, trip="way-1")


def test_04_a_loop_in_the_middle_of_the_way_keeps_the_calls_behind_it_promised(drive_way: Any) -> None:
    shape = [(0.0, 0.0), (1200.0, 0.0), (1200.0, 600.0), (800.0, 600.0), (800.0, 0.0), (2400.0, 0.0)]
    bus = drive_way(shape, [(0.0, 0.0), (600.0, 0.0), (1200.0, 600.0), (1600.0, 0.0), (2400.0, 0.0)], 120)
    for i, (x_m, y_m) in enumerate(list_places(shape, 150.0)):
        bus.go(30 * i, x_m, y_m, trip="way-1")
        if i in (9, 12, 14):
            assert max(bus.times("way-1")) == 4
    assert list(bus.passed(trip="way-1")) == [1, 2, 3, 4]


def test_05_stops_on_a_street_driven_twice_are_called_at_on_the_right_pass(drive_way: Any) -> None:
    shape = [(0.0, 0.0), (1500.0, 0.0), (1500.0, 300.0), (0.0, 300.0), (0.0, 0.0), (1500.0, 0.0), (3000.0, 0.0)]
    bus = drive_way(shape, [(0.0, 0.0), (750.0, 300.0), (1000.0, 0.0), (3000.0, 0.0)], 180)
    follow(bus, shape)
    arrivals = bus.passed(trip="way-1")
    assert list(arrivals) == [1, 2, 3]
    assert arrivals[2] > 540, "not on the first pass, 150 s after the start"


def test_07_an_early_stop_off_its_place_does_not_shift_the_later_ones(drive_way: Any) -> None:
    shape = [(0.0, 0.0), (3000.0, 0.0)]
    bus = drive_way(shape, [(0.0, 0.0), (400.0, 90.0), (1000.0, 0.0), (2000.0, 0.0), (3000.0, 0.0)])
    follow(bus, shape)
    arrivals = bus.passed(trip="way-1")
    assert all(abs(arrivals[k] - at) <= 2 for k, at in {1: 60, 2: 150, 3: 300}.items())


def test_08_a_stop_far_off_the_shape_and_points_drawn_twice_harm_nothing(drive_way: Any) -> None:
    shape = [(0.0, 0.0), (0.0, 0.0), (1000.0, 0.0), (1000.0, 0.0), (1000.0, 0.0), (2000.0, 0.0), (2000.0, 0.0)]
    bus = drive_way(shape, [(0.0, 0.0), (600.0, 150.0), (1400.0, 0.0), (2000.0, 0.0)])
    follow(bus, [(0.0, 0.0), (2000.0, 0.0)])
    assert list(bus.passed(trip="way-1")) == [1, 2, 3]


def test_12_noise_does_not_lift_a_bus_onto_the_parallel_street_that_it_comes_back_on(drive_way: Any) -> None:
    """The way back runs 45 m beside the way out; reports lie up to 30 m off, every third nearer to the way back."""
    shape = [(0.0, 0.0), (2400.0, 0.0), (2400.0, 45.0), (0.0, 45.0)]
    out, back = [(800.0 * i, 0.0) for i in range(4)], [(2000.0 - 800.0 * i, 45.0) for i in range(3)]
    bus = drive_way(shape, [*out, *back], 120)
    for i in range(24):
        bus.go(15 * i, 100.0 * i, (30.0, -12.0, 8.0)[i % 3], trip="way-1")
        assert bus.run("way-1").progress_m < 100.0 * i + 60.0
    assert list(bus.passed(trip="way-1")) == [1, 2]
    for i in range(18):
        bus.go(375 + 15 * i, 2300.0 - 100.0 * i, 45.0 - (30.0, -12.0, 8.0)[i % 3], trip="way-1")
    assert list(bus.passed(trip="way-1")) == [1, 2, 3, 4, 5]
