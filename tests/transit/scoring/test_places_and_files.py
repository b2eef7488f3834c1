"""What a scorecard says of places, of how far ahead anybody speaks, and the columns that a forecasts' file has."""

from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest

from transit.scoring.errors import ratio_span
from transit.scoring.place_duels import duel_at_stops
from transit.scoring.reach import reach
from transit.scoring.served import ServedCollector, file_columns

COLUMNS = [
    *("sampled_at", "trip_id", "start_date", "start_time", "vehicle_id", "stop_id", "stop_sequence"),
    *("p10", "p50", "p90", "basis"),
]


def rows(stop: str, ours_s: float, theirs_s: float, runs: int = 4) -> list[dict[str, Any]]:
    """Ten samples of each run before its arrival; each predictor promises so much before what happens."""
    return [
        {"stop": stop, "run": run, "sampled_at": 30 * i, "at": 600.0, "p50": 600 - ours_s, "agency": 600 - theirs_s}
        for run in range(runs)
        for i in range(10)
    ]


def test_the_worst_place_of_either_predictor_comes_first_with_both_beside_it() -> None:
    found = duel_at_stops(
        pl.DataFrame([*rows("good", 5, 6), *rows("bad for them", 10, 200), *rows("bad for us", 90, 20)])
    )
    assert [place.name for place in found] == ["bad for them", "bad for us", "good"]
    assert (found[0].ours.mean_absolute_s, found[0].theirs.mean_absolute_s) == (10.0, 200.0)
    assert (found[1].vehicles, found[1].rows) == (4, 40)


def test_a_place_that_few_vehicles_came_to_is_a_story_and_no_rule() -> None:
    assert duel_at_stops(pl.DataFrame(rows("rare", 5, 500, runs=2))) == ()


def test_who_came_before_the_time_told_left_riders_behind() -> None:
    (place,) = duel_at_stops(pl.DataFrame(rows("early", -90, 0)))
    assert (place.ours.early_60_ratio, place.theirs.early_60_ratio) == (1.0, 0.0)


def test_a_predictor_that_speaks_late_reaches_no_further() -> None:
    samples = np.arange(0, 601, 30)
    came = pl.DataFrame({"run": [1], "position": [1], "at": [600.0]})
    late = pl.DataFrame({"sampled_at": list(range(450, 600, 30)), "run": 1, "position": 1, "p50": 600.0})
    near, further, *_ = reach(late, "p50", came, samples)
    assert (near.moments, near.told_ratio) == (6, round(5 / 6, 4))
    assert further.told_ratio == 0.0


def test_equal_predictors_have_a_ratio_of_one_and_no_doubt() -> None:
    errors, block = np.array([5.0, -7.0, 9.0, 30.0]), np.array([1, 1, 2, 2])
    assert ratio_span(errors, errors, block) == (1.0, 1.0)
    low, high = ratio_span(errors, errors * np.array([2.0, 2.0, 0.5, 0.5]), block) or (0.0, 0.0)
    assert low < 1.0 < high


@pytest.mark.parametrize("quantiles", [("p10", "p50", "p90"), ("d10", "d50", "d90")])
def test_a_file_of_forecasts_has_the_published_columns_and_gtfs_ids(bus: Any, quantiles: tuple[str, ...]) -> None:
    collector = ServedCollector(bus.timetable)
    for i in range(4):
        bus.go(30 * i, 200.0 * i)
        collector.add(bus.outcome.public, bus.outcome.public.computed_at)
    written = file_columns(collector.table(), quantiles)
    assert written.columns == COLUMNS
    first = written.row(0, named=True)
    assert (first["trip_id"], first["start_date"], first["basis"]) == ("out-1", "20260303", "live")
    assert first["p10"] <= first["p50"] <= first["p90"]
    assert isinstance(first["p50"], int)


def test_a_call_that_a_run_leaves_out_is_no_promise(bus: Any) -> None:
    bus.go(30, 200.0)
    told = bus.outcome.public
    (run,) = [each for each in told.runs if each.trip_id == "out-1"]
    around = msgspec.structs.replace(run, skipped=(run.next_position + 1, run.next_position + 500))
    whole, detoured = ServedCollector(bus.timetable), ServedCollector(bus.timetable)
    whole.add(told, told.computed_at)
    runs = tuple(around if each is run else each for each in told.runs)
    detoured.add(msgspec.structs.replace(told, runs=runs), told.computed_at)
    left_out = (pl.col("trip_id") == "out-1") & (pl.col("position") == run.next_position + 1)
    assert whole.table().filter(left_out).height == 1
    assert detoured.table().equals(whole.table().filter(~left_out))
