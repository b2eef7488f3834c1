"""A rival that spoke at each report, beside what Headway says right after that same report.

Between two samples half a minute apart lie reports that one knew and the other did not. So a rival that speaks when a
report comes in is compared at that report: its word, made at the report's own time, with the first of Headway's that
rests on it.
"""

from typing import Final

import polars as pl

from transit.scoring.runs import RunIndex

RIVAL_COLUMNS: Final = ("asof", "trip_id", "stop_sequence")
"""The report's time (POSIX s), the trip, the stop's GTFS sequence; every column named ``predicted...`` is a rival."""

PREDICTED: Final = "predicted"


def list_rivals(told: pl.DataFrame) -> list[str]:
    """The columns that hold a rival's arrival times (POSIX s)."""
    return [name for name in told.columns if name.startswith(PREDICTED)]


def join_rival(
    told: pl.DataFrame, rival: str, served: pl.DataFrame, truth: pl.DataFrame, index: RunIndex
) -> pl.DataFrame:
    """One row a word of the rival's whose arrival was seen and of which Headway spoke too.

    Columns: run, position, sampled_at (the report's time), at, p50 and the rival's. ``served`` is numbered, with a
    sample at every poll.
    """
    runs = pl.DataFrame(
        {"run": range(len(index.runs)), "trip_id": [run.trip_id for run in index.runs]},
        schema={"run": pl.Int32, "trip_id": pl.String},
    ).unique("trip_id", keep="none")
    arrivals = truth.filter(~pl.col("departure") & ~pl.col("censored") & (pl.col("position") > 0)).select(
        "run", "position", pl.col("sequence").alias("stop_sequence"), "at"
    )
    words = told.filter(pl.col(rival).is_not_null()).select(
        pl.col("asof").cast(pl.Int64).alias("observed_at"),
        pl.col("trip_id").cast(pl.String),
        pl.col("stop_sequence").cast(pl.Int32),
        pl.col(rival).cast(pl.Float64),
    )
    first = (
        served.filter(pl.col("p50").is_not_null())
        .sort("sampled_at")
        .unique(["run", "position", "observed_at"], keep="first", maintain_order=True)
    )
    return (
        words.join(runs, on="trip_id")
        .join(arrivals, on=["run", "stop_sequence"])
        .join(first.select("run", "position", "observed_at", "p50"), on=["run", "position", "observed_at"])
        .rename({"observed_at": "sampled_at"})
        .filter(pl.col("at") >= pl.col("sampled_at"))
        .sort("sampled_at", "run", "position")
    )
