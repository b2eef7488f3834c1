"""What really happened: each run's arrivals and departures, with the bounds within which each is known.

Buses are seen to cross their stops; the departure from a first stop is the crossing of a line a little beyond it, after
the last time the bus drove back to it. Trains are at a stop when their report first says so. Nothing is taken from the
tracker.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.crossings import find_crossings
from transit.scoring.geometry import stop_progress
from transit.scoring.reports import STOPPED_AT
from transit.scoring.runs import RunIndex

Floats = npt.NDArray[np.float64]

LEAVING_M: Final = 40.0
"""A bus this far past its first stop has left; nearer than that it may still be finding its bay."""

CENSORED_S: Final = 65
"""A crossing between reports further apart than this is known to have happened, but not when; or than CENSORED_GAPS
usual gaps, where a feed reports more seldom."""

CENSORED_GAPS: Final = 1.15

_SCHEMA: Final = pl.Schema(
    {
        "run": pl.Int32,
        "position": pl.Int32,
        "sequence": pl.Int32,
        "departure": pl.Boolean,
        "at": pl.Float64,
        "earliest_at": pl.Float64,
        "latest_at": pl.Float64,
        "known_at": pl.Int64,
    }
)


def find_truth(standings: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    """One row a passage: run, position, sequence, departure or arrival, at, earliest, latest, known since, censored.

    ``by_status``: a vehicle's own word that it stands at the stop dates it.

    A ``censored`` passage happened, but nobody can say when; it is scored by no one and counted as having come.

    Where two vehicles drove one run, each call counts when the first of them came.
    """
    placed = standings.filter(~pl.col("by_status"))
    crossed = _by_crossing(placed, index)
    widest_s = censored_after_s(placed)
    stopped = _by_status(standings.filter(pl.col("by_status")))
    return (
        pl.concat(
            [
                crossed.with_columns(
                    censored=pl.col("latest_at") - pl.col("earliest_at") > widest_s, by_status=pl.lit(value=False)
                ),
                stopped.with_columns(censored=pl.lit(value=False), by_status=pl.lit(value=True)),
            ]
        )
        .with_columns(call=pl.when(pl.col("position") >= 0).then("position").otherwise(-1 - pl.col("sequence")))
        .sort("run", "call", "departure", "at")
        .unique(["run", "call", "departure"], keep="first", maintain_order=True)
        .drop("call")
    )


def censored_after_s(placed: pl.DataFrame) -> float:
    """How far apart the reports on either side of a crossing may be for it to be dated."""
    gaps = placed.select(pl.col("observed_at").diff().over("run", "vehicle").alias("gap")).drop_nulls()
    usual_s = gaps["gap"].median()
    return (
        max(float(CENSORED_S), CENSORED_GAPS * float(usual_s))
        if isinstance(usual_s, int | float)
        else float(CENSORED_S)
    )


def _by_crossing(standings: pl.DataFrame, index: RunIndex) -> pl.DataFrame:
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for (number, _), group in standings.group_by("run", "vehicle", maintain_order=True):
        run = int(str(number))
        pattern = index.runs[run].pattern
        stop_m = stop_progress(index.timetable, pattern)
        stop_m[0] += LEAVING_M
        at = group["observed_at"].to_numpy()
        found = find_crossings(at, group["progress_m"].to_numpy(), stop_m)
        seen = np.flatnonzero(~np.isnan(found[:, 0]))
        first_call = int(index.timetable.pattern_call_offset[pattern])
        known = group["seen_at"].to_numpy()[np.searchsorted(at, found[seen, 2])]
        parts.append(
            pl.DataFrame(
                {
                    "run": np.full(len(seen), run, np.int32),
                    "position": seen.astype(np.int32),
                    "sequence": index.timetable.call_sequence[first_call + seen].astype(np.int32),
                    "departure": seen == 0,
                    "at": found[seen, 0],
                    "earliest_at": found[seen, 1],
                    "latest_at": found[seen, 2],
                    "known_at": known,
                },
                schema=_SCHEMA,
            )
        )
    return pl.concat(parts)


def _by_status(standings: pl.DataFrame) -> pl.DataFrame:
    if standings.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    ordered = standings.sort("run", "vehicle", "observed_at", "seen_at").with_columns(
        before=pl.col("observed_at").shift(1).over("run", "vehicle"),
        after=pl.col("observed_at").shift(-1).over("run", "vehicle"),
        known_after=pl.col("seen_at").shift(-1).over("run", "vehicle"),
    )
    stopped = ordered.filter(
        (pl.col("status") == STOPPED_AT) & (pl.col("sequence").is_not_null() | (pl.col("position") >= 0))
    )
    call = ["run", "vehicle", "position", "sequence"]
    arrived = stopped.group_by(call, maintain_order=True).agg(
        pl.lit(value=False).alias("departure"),
        pl.col("observed_at").first().cast(pl.Float64).alias("at"),
        pl.coalesce(pl.col("before"), pl.col("observed_at")).first().cast(pl.Float64).alias("earliest_at"),
        pl.col("observed_at").first().cast(pl.Float64).alias("latest_at"),
        pl.col("seen_at").first().alias("known_at"),
    )
    departed = (
        stopped.group_by(call, maintain_order=True)
        .agg(
            pl.lit(value=True).alias("departure"),
            pl.col("after").last().cast(pl.Float64).alias("at"),
            pl.col("observed_at").last().cast(pl.Float64).alias("earliest_at"),
            pl.col("after").last().cast(pl.Float64).alias("latest_at"),
            pl.col("known_after").last().alias("known_at"),
        )
        .filter(pl.col("at").is_not_null())
    )
    return pl.concat([arrived, departed]).select(list(_SCHEMA)).cast(_SCHEMA)
