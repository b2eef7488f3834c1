"""How right departures from first stops were foretold, beside the timetable and the timetable with its usual lag."""

from typing import Final

import msgspec
import numpy as np
import polars as pl

from transit.scoring.errors import ErrorBin, error_bin
from transit.scoring.intervals import IntervalBin, interval_bins
from transit.scoring.runs import RunIndex

NEAR_S: Final = 900
EARLIEST_S: Final = 300


class DepartureScores(msgspec.Struct, frozen=True, kw_only=True):
    """Departures from first stops up to 15 minutes ahead, every predictor on the same rows."""

    departures: int
    ours: ErrorBin
    schedule: ErrorBin
    schedule_lag: ErrorBin
    intervals: tuple[IntervalBin, ...]


def score_departures(served: pl.DataFrame, truth: pl.DataFrame, index: RunIndex) -> DepartureScores | None:
    """``served`` has sampled_at, run, position, d10, d50, d90. None where no first stop's departure was seen."""
    left = truth.filter(pl.col("departure") & (pl.col("position") == 0) & ~pl.col("censored")).select(
        "run", "at", "known_at"
    )
    aimed = [float(run.aimed_departure_s[0]) if len(run.aimed_departure_s) else None for run in index.runs]
    direction = [
        None if run.pattern < 0 else int(run.line) * 2 + int(index.timetable.pattern_direction[run.pattern])
        for run in index.runs
    ]
    runs = pl.DataFrame(
        {"run": np.arange(len(aimed), dtype=np.int32), "aimed": aimed, "way": direction},
        schema={"run": pl.Int32, "aimed": pl.Float64, "way": pl.Int32},
    )
    # a crossing long before its time is a vehicle on the move at its terminal: when it left, nobody saw
    left = left.join(runs, on="run").filter(
        pl.col("aimed").is_not_null() & (pl.col("at") >= pl.col("aimed") - EARLIEST_S)
    )
    rows = served.filter((pl.col("position") == 0) & pl.col("d50").is_not_null()).join(left, on="run")
    ahead = pl.col("at") - pl.col("sampled_at")
    rows = rows.filter((ahead >= 0) & (ahead < NEAR_S))
    if rows.is_empty():
        return None
    lag = _median_lags(rows, left)
    at = rows["sampled_at"].to_numpy().astype(np.float64)
    actual, scheduled = rows["at"].to_numpy(), rows["aimed"].to_numpy()
    block = rows["run"].to_numpy().astype(np.int64)
    quantiles = np.maximum(rows.select("d10", "d50", "d90").to_numpy().astype(np.float64), at[:, None])
    return DepartureScores(
        departures=rows["run"].n_unique(),
        ours=error_bin(actual - quantiles[:, 1], block, (0, NEAR_S)),
        schedule=error_bin(actual - np.maximum(scheduled, at), block, (0, NEAR_S)),
        schedule_lag=error_bin(actual - np.maximum(scheduled + lag, at), block, (0, NEAR_S)),
        intervals=interval_bins(actual - at, actual, quantiles),
    )


def _median_lags(rows: pl.DataFrame, left: pl.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """The median lag of the same line and direction's departures known at each row's sample; 0 before the first."""
    known = left.sort("known_at")
    ways = known["way"].to_numpy()
    since = known["known_at"].to_numpy()
    lags = (known["at"] - known["aimed"]).to_numpy()
    keys = rows.select("way", "sampled_at").unique()
    medians = []
    for way, at in keys.iter_rows():
        past = lags[(ways == way) & (since <= at)]
        medians.append(float(np.median(past)) if len(past) else 0.0)
    told = keys.with_columns(pl.Series("lag", medians))
    return rows.join(told, on=["way", "sampled_at"], how="left", maintain_order="left")["lag"].to_numpy()
