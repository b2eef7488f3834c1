import polars as pl
import pytest

from headway.city import run
from headway.city_live_score import of_whole_runs
from headway.city_score import judge_by_truth
from headway.up.command import up
from runtime.errors import UserError

WORDS = {"start_date": "20261124", "start_time": None}


def test_runs_begun_before_the_truth_are_not_judged() -> None:
    truth = pl.DataFrame(
        [
            {"trip_id": "old", **WORDS, "stop_sequence": 7, "is_first": False},
            {"trip_id": "new", **WORDS, "stop_sequence": 1, "is_first": True},
            {"trip_id": "new", **WORDS, "stop_sequence": 2, "is_first": False},
        ],
        schema_overrides={"start_time": pl.String},
    )
    served = pl.DataFrame(
        [{"trip_id": trip, **WORDS, "stop_sequence": 2} for trip in ("old", "new", "ghost")],
        schema_overrides={"start_time": pl.String},
    )
    judged, whole = of_whole_runs(served, truth)
    assert judged["trip_id"].to_list() == ["new", "ghost"]
    assert whole["trip_id"].to_list() == ["new", "new"]


def promise(trip: str, sampled_at: int, p50: float) -> dict[str, object]:
    told = {"p10": p50 - 60, "p50": p50, "p90": p50 + 60, "verdict": 0, "load": None, "reported_load": None}
    return {"trip_id": trip, **WORDS, "stop_sequence": 2, "sampled_at": sampled_at, **told}


def call(trip: str, sequence: int, at: float) -> dict[str, object]:
    times = {"aimed_departure": at, "arrival": at, "departure": at}
    place = {"stop_sequence": sequence, "pattern": 0, "is_rail": False, "is_first": sequence == 1}
    return {"trip_id": trip, **WORDS, **place, **times, "load": 1.0, "room": 80.0, "left_behind": 0.0}


def test_what_the_truth_has_not_reached_is_neither_error_nor_ghost_and_arrivals_until_its_end_are_promised() -> None:
    words = {"start_time": pl.String, "load": pl.Float64, "reported_load": pl.Float64}
    truth = pl.DataFrame(
        [call(trip, sequence, at) for trip, at in (("a", 1000.0), ("b", 1990.0)) for sequence in (1, 2)],
        schema_overrides={"start_time": pl.String},
    ).with_columns(pl.when(pl.col("is_first")).then(0.0).otherwise(pl.col("arrival")).alias("arrival"))
    served = pl.DataFrame(
        [
            promise("a", 900, 1010.0),
            promise("b", 1900, 1990.0),
            promise("late", 1900, 1950.0),
            promise("ghost", 900, 1100.0),
        ],
        schema_overrides=words,
    )
    found = judge_by_truth(served, truth, begin=0, end=2000, known_until=2000)
    (near,) = found.horizons
    assert (near.promises, near.mean_error_s) == (1, 10.0)
    assert found.ghosts == 0.5
    assert found.missed == 0.0
    with pytest.raises(ValueError, match="so early that the truth has reached it"):
        judge_by_truth(served, truth, begin=0, end=2000, known_until=1000)


def test_a_city_that_is_judged_live_runs_by_the_clock() -> None:
    with pytest.raises(UserError, match="leave out --speed and --start-at"):
        run("city.zip", port=8090, truth=True, speed=2.0)
    with pytest.raises(UserError, match="--speed is for recordings"):
        up(truth=True, speed=2.0)
