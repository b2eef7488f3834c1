"""Vehicles whose feed names their line alone: each is told as the run it is on."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transit.tracking.line_tracker import LineTracker

END_M = 3600.0
MPS = 400.0 / 60.0


def unnamed(vehicle: str, x_m: float) -> dict[str, Any]:
    return {"trip": "", "route_id": "bus", "vehicle": vehicle, "x_m": min(max(x_m, 0.0), END_M)}


def told(line: Any) -> dict[str, str]:
    """The trip told of each vehicle, next trips of blocks left out."""
    return {run.vehicle_id: run.trip_id for run in line.outcome.public.runs if not run.due}


def drive_out(line: Any, lates: dict[str, float], until: int, since: int = 0) -> None:
    """Vehicles set out one after another ten minutes apart, each so late, and are heard of every half minute."""
    for at in range(since, until, 30):
        starts = {vehicle: 600 * n + late for n, (vehicle, late) in enumerate(lates.items())}
        line.say(at, *(unnamed(vehicle, (at - start) * MPS) for vehicle, start in starts.items() if at >= start - 240))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-30, 240), min_size=3, max_size=3))
def test_vehicles_that_leave_about_their_times_are_told_as_the_runs_they_make(drive: Any, lates: list[int]) -> None:
    line = drive("bus")
    drive_out(line, dict(zip("abc", lates, strict=True)), 1500)
    arrivals = [passage for passage in line.passages if passage.kind == "arrival" and passage.trip_id == "out-2"]
    assert {passage.vehicle_id for passage in arrivals} == {"b"}
    assert told(line)["c"] == "out-3"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0.0, END_M), min_size=2, max_size=5), st.integers(0, 1500))
def test_no_two_vehicles_are_told_as_one_run(drive: Any, places: list[float], first_at: int) -> None:
    line = drive("bus")
    for at in range(first_at, first_at + 300, 30):
        line.say(at, *(unnamed(f"v{n}", x_m + (at - first_at) * 3.0) for n, x_m in enumerate(places)))
        keys = [(run.trip_id, run.service_date) for run in line.outcome.public.runs if not run.due]
        assert len(set(keys)) == len(keys)


def test_who_leaves_at_another_runs_time_is_told_as_that_run(bus: Any) -> None:
    """It came while out-1 was free, and stands until out-2 is to leave."""
    for at in range(-120, 630, 30):
        bus.say(at, unnamed("a", 0.0))
    for at in range(630, 900, 30):
        bus.say(at, unnamed("a", (at - 600) * MPS))
    assert told(bus) == {"a": "out-2"}


def test_a_vehicle_goes_on_with_the_next_trip_of_its_block(bus: Any) -> None:
    drive_out(bus, {"a": 60.0}, 700)
    for at in range(700, 880, 30):
        bus.say(at, unnamed("a", END_M))
    assert told(bus) == {"a": "back-1"}
    assert bus.run("back-1").state.name == "NOT_DEPARTED"


def test_a_bus_that_stands_just_short_of_its_last_stop_is_at_its_end(bus: Any) -> None:
    for at in range(0, 870, 30):
        bus.say(at, unnamed("a", min(at * MPS, END_M - 80.0)))
    assert 9 in bus.passed()
    assert told(bus) == {"a": "back-1"}


def test_a_bus_that_drives_to_where_it_waits_has_not_set_out(bus: Any) -> None:
    """It moves on some way at its supposed start, stands, comes back, and leaves with the run after."""
    for at in range(-60, 0, 30):
        bus.say(at, unnamed("a", 0.0))
    for at in range(0, 570, 30):
        bus.say(at, unnamed("a", min(at * MPS, 500.0)))
    for at in range(570, 900, 30):
        bus.say(at, unnamed("a", 0.0 if at < 600 else (at - 600) * MPS))
    assert told(bus) == {"a": "out-2"}


def test_a_start_that_is_named_without_its_trip_tells_the_run(bus: Any) -> None:
    for at in range(630, 780, 30):
        bus.say(at, {**unnamed("a", (at - 600) * MPS), "start_time": "08:00:00"})
    assert told(bus) == {"a": "out-1"}


def test_a_run_whose_trip_another_vehicle_names_is_not_shared_out(bus: Any) -> None:
    for at in range(30, 300, 30):
        bus.say(at, unnamed("a", at * MPS), {"vehicle": "b", "x_m": at * MPS})
    assert told(bus)["b"] == "out-1"
    assert told(bus).get("a") != "out-1"


def test_a_vehicle_that_names_its_trip_at_last_is_on_that_trip(bus: Any) -> None:
    drive_out(bus, {"a": 60.0}, 300)
    bus.say(300, {**unnamed("a", 240 * MPS), "trip": "out-2"})
    assert told(bus) == {"a": "out-2"}


def test_where_no_run_is_near_in_time_the_report_is_refused(bus: Any) -> None:
    bus.say(6 * 3600, unnamed("a", 800.0))
    assert told(bus) == {}
    assert bus.reasons() == ["unknown_trip"]


@pytest.mark.parametrize("moment", [150, 420])
def test_a_takeover_changes_nothing_that_is_told(drive: Any, moment: int) -> None:
    line, twin = drive("bus"), drive("bus")
    for each in (line, twin):
        drive_out(each, {"a": 120.0, "b": 30.0}, moment)
    twin.tracker = LineTracker.restore(twin.timetable, twin.group, twin.tracker.dump())
    for at in range(moment, 900, 30):
        reports = [unnamed("a", (at - 120) * MPS), unnamed("b", (at - 630) * MPS)]
        assert line.say(at, *reports).public == twin.say(at, *reports).public
