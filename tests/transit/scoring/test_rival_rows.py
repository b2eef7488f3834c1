"""A rival that speaks at each report meets what Headway says after the same report."""

from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from transit.scoring.rival_rows import join_rival, list_rivals

INDEX = cast("Any", SimpleNamespace(runs=[SimpleNamespace(trip_id="t1"), SimpleNamespace(trip_id="t2")]))


def truth(at: float = 1300.0, *, censored: bool = False) -> pl.DataFrame:
    return pl.DataFrame(
        {"run": [0], "position": [4], "sequence": [40], "departure": [False], "at": [at], "censored": [censored]},
        schema_overrides={"run": pl.Int32, "position": pl.Int32, "sequence": pl.Int32},
    )


def served(*samples: tuple[int, int, float]) -> pl.DataFrame:
    """Rows of (sampled at, report behind it, p50)."""
    return pl.DataFrame(
        {
            "sampled_at": [row[0] for row in samples],
            "observed_at": [row[1] for row in samples],
            "p50": [row[2] for row in samples],
            "run": [0] * len(samples),
            "position": [4] * len(samples),
        },
        schema_overrides={"run": pl.Int32, "position": pl.Int32},
    )


def told(asof: int = 1000) -> pl.DataFrame:
    return pl.DataFrame({"asof": [asof], "trip_id": ["t1"], "stop_sequence": [40], "predicted_x": [1250]})


def test_the_first_forecast_that_rests_on_the_same_report_is_compared() -> None:
    ours = served((985, 960, 1400.0), (1005, 1000, 1310.0), (1020, 1000, 1320.0), (1035, 1030, 1330.0))
    rows = join_rival(told(), "predicted_x", ours, truth(), INDEX)
    assert rows.select("sampled_at", "at", "p50", "predicted_x").row(0) == (1000, 1300.0, 1310.0, 1250.0)
    assert len(rows) == 1


def test_a_report_that_headway_did_not_speak_at_is_left_out() -> None:
    assert join_rival(told(asof=999), "predicted_x", served((1005, 1000, 1310.0)), truth(), INDEX).is_empty()


def test_an_arrival_that_nobody_can_date_is_no_truth() -> None:
    ours = served((1005, 1000, 1310.0))
    assert join_rival(told(), "predicted_x", ours, truth(censored=True), INDEX).is_empty()


def test_every_column_that_predicts_is_a_rival() -> None:
    assert list_rivals(told().with_columns(predicted_y=pl.lit(1), other=pl.lit(2))) == ["predicted_x", "predicted_y"]
