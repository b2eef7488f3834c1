"""Vehicles whose feed names all of their runs alike: told run after run, each as one of its own."""

from collections.abc import Callable
from typing import Any

import pytest

from transit.tracking.line_tracker import LineTracker

STREET = [(400.0 * i, 0.0) for i in range(10)]
LOOP = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0), (0.0, 0.0)]
EIGHT_S = 8 * 3600


def on_loop(along_m: float) -> dict[str, float]:
    side, rest = divmod(min(along_m, 3999.0), 1000.0)
    (x, y), (to_x, to_y) = LOOP[int(side)], LOOP[int(side) + 1]
    return {"x_m": x + rest * (to_x - x) / 1000.0, "y_m": y + rest * (to_y - y) / 1000.0}


def laps(line: Any, count: int, **report: Any) -> dict[int | None, int]:
    """Drive the loop in eight minutes, wait for two, again and again; how many arrivals each run was told with."""
    for at in range(0, 600 * count, 30):
        line.say(at, {"trip": "way-1", **on_loop((at % 600) * 4000 / 480), **report})
    told: dict[int | None, int] = {}
    for passage in line.passages:
        if passage.kind == "arrival":
            told[passage.start_time_s] = told.get(passage.start_time_s, 0) + 1
    return told


def test_a_frequencys_vehicle_without_a_start_is_told_lap_after_lap(drive_way: Callable[..., Any]) -> None:
    told = laps(drive_way(LOOP, LOOP, 120, every_s=600), 4)
    assert list(told) == [EIGHT_S + 600 * lap for lap in range(4)]
    assert min(told.values()) >= 3


def test_a_takeover_between_two_laps_changes_nothing(drive_way: Callable[..., Any]) -> None:
    line, twin = drive_way(LOOP, LOOP, 120, every_s=600), drive_way(LOOP, LOOP, 120, every_s=600)
    for at in range(0, 1500, 30):
        report = {"trip": "way-1", **on_loop((at % 600) * 4000 / 480)}
        twin.tracker = LineTracker.restore(twin.timetable, twin.group, twin.tracker.dump())
        assert line.say(at, report).public == twin.say(at, report).public


def test_a_vehicle_that_stays_at_its_last_stop_begins_no_other_run(drive_way: Callable[..., Any]) -> None:
    line = drive_way(STREET, STREET, 60, every_s=600)
    for at in range(0, 1500, 30):
        line.say(at, {"trip": "way-1", "x_m": min(at * 400 / 60, 3600.0)})
    assert [run.state.name for run in line.outcome.public.runs] == ["FINISHED"]
    assert {passage.start_time_s for passage in line.passages} == {EIGHT_S}


def test_a_vehicle_that_names_the_line_alone_is_told_in_both_directions(bus: Any) -> None:
    for at in range(0, 1500, 30):
        x_m = min(at * 400 / 60, 3600.0) if at < 900 else 3600.0 - (at - 900) * 400 / 60
        bus.go(at, x_m, trip="", route_id="bus")
        if at == 700:
            assert bus.run("back-1").state.name == "NOT_DEPARTED"
    assert len(bus.passed(trip="out-1")) == 9
    assert len(bus.passed(trip="back-1")) >= 8


def test_who_is_first_seen_driving_back_is_put_on_a_run_of_that_direction(bus: Any) -> None:
    """Where the two directions are a street the first report fits both; the next ones tell."""
    for at in range(1080, 1500, 30):
        bus.go(at, 3600.0 - (at - 900) * 400 / 60, trip="", route_id="bus")
    assert [run.trip_id for run in bus.outcome.public.runs if not run.due] == ["back-1"]


def test_a_line_that_runs_by_frequency_tells_a_vehicle_that_names_the_line_alone(drive_way: Callable[..., Any]) -> None:
    line = drive_way(STREET, STREET, 180, every_s=600)
    for at in range(4500, 4800, 60):
        line.go(at, 400 + (at - 4500) * 2.2, trip="", route_id="bus")
    assert [(run.trip_id, run.verdict.name) for run in line.outcome.public.runs] == [("way-1", "EXPECTED")]


@pytest.mark.parametrize("apart_m", [300.0, 1000.0])
def test_vehicles_of_one_frequency_without_starts_are_each_told(drive_way: Callable[..., Any], apart_m: float) -> None:
    """All are new at once, as at a start of the tracker; bunched ones are two vehicles none the less."""
    line = drive_way(STREET, STREET, 180, every_s=600)
    for at in range(1500, 1700, 30):
        places = [400.0 + apart_m * n + (at - 1500) * 2.2 for n in range(3)]
        line.say(at, *({"trip": "way-1", "vehicle": f"v{n}", "x_m": x_m} for n, x_m in enumerate(places)))
    runs = line.outcome.public.runs
    assert {run.vehicle_id for run in runs} == {"v0", "v1", "v2"}
    assert len({run.start_time_s for run in runs}) == 3
    assert not line.outcome.public.conditions.unmatched


def test_a_trip_without_its_day_is_made_again_the_next_day(bus: Any) -> None:
    day_s = 86_400
    for start in (0, day_s):
        for at in range(start - 60, start + 600, 30):
            bus.go(at, min(max(0, at - start) * 400 / 60, 3600.0), start_date="")
        for at in range(start + 600, start + day_s - 60, 1800):
            bus.go(at, 0.0, start_date="")
    days = {passage.service_date for passage in bus.passages if passage.trip_id == "out-1"}
    assert days == {20260303, 20260304}
