"""Loads are observed on the hop they were reported on, after the stop before it was left."""

from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import VehiclePosition

from transit.history.loads_seen import LoadObservations, LoadSeen


def ride(drive: Any, observed: LoadObservations, begin: int, trip: str, loads: list[int]) -> None:
    """A bus along the street, a stop a minute, telling how full it is between them."""
    for i, load in enumerate([loads[0], *loads]):
        for step in range(3):
            at, x_m = begin + 60 * i + 20 * step, 400.0 * i + 133.0 * step
            report = {"occupancy_percentage": load, "occupancy_status": VehiclePosition.FEW_SEATS_AVAILABLE}
            observed.add(drive.go(at, x_m, trip=trip, vehicle=trip, **report).public)


def by_hop(observed: LoadObservations) -> dict[str, list[LoadSeen]]:
    found: dict[str, list[LoadSeen]] = {}
    for seen in observed.seen():
        found.setdefault(seen.from_stop, []).append(seen)
    return found


def test_each_load_belongs_to_the_hop_it_was_told_on_and_knows_the_one_before(bus: Any) -> None:
    observed = LoadObservations(bus.timetable)
    ride(bus, observed, 0, "out-1", [20, 30, 40, 50])
    hops = by_hop(observed)
    assert [hops[f"s{400 * i}-0"][0].load for i in (1, 2)] == pytest.approx([0.2, 0.3])
    assert hops["s800-0"][0].before == pytest.approx(0.2)
    assert hops["s800-0"][0].left == 7
    assert hops["s800-0"][0].hour == 8


def test_headways_are_those_between_vehicles_on_the_same_hop(bus: Any) -> None:
    observed = LoadObservations(bus.timetable)
    ride(bus, observed, 0, "out-1", [20, 30, 40, 50])
    ride(bus, observed, 600, "out-2", [20, 30, 40, 50])
    first, second = by_hop(observed)["s800-0"]
    assert first.headway_s is None
    assert second.headway_s == pytest.approx(600, abs=2)


def test_vehicles_that_tell_nothing_are_not_empty(bus: Any) -> None:
    observed = LoadObservations(bus.timetable)
    for i in range(8):
        observed.add(bus.go(20 * i, 133.0 * i).public)
    assert observed.seen() == []
