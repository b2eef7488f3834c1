"""Vehicles that were promised and never came, and vehicles that came unpromised."""

from typing import Final

import msgspec
import numpy as np
import polars as pl

NEAR_S: Final = 600
"""The last ten minutes before a vehicle comes: a promise there is one that riders act on."""


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Ghosts: promises of the last ten minutes for calls that never happened; missed: arrivals without a promise.

    ``renamed_ratio``: the share of the near promises whose vehicle made the call under another id
    (transit.scoring.renamed); they are no ghosts. ``unjudged_promises``: as near, but for the recording's last ten
    minutes or later; nobody saw whether they were kept.
    """

    near_promises: int
    unjudged_promises: int
    ghost_ratio: float | None
    renamed_ratio: float | None
    arrivals: int
    missed_ratio: float | None


def presence(
    promised: pl.DataFrame, column: str, came: pl.DataFrame, ends_at: int, heirs: pl.DataFrame | None = None
) -> Presence:
    """Match promises with arrivals.

    ``promised`` has sampled_at, run, position and the promise's ``column``; ``came`` has run, position, at (arrivals
    and calls known to have happened, the latter with a null ``at``), ``heirs`` the calls of runs that changed their id
    (transit.scoring.renamed.list_heirs). Promises for the recording's last ten minutes and
    later are left out: nobody saw whether they were kept. So are arrivals of its first ten minutes.
    """
    all_near = promised.filter(pl.col(column).is_not_null() & (pl.col(column) - pl.col("sampled_at") <= NEAR_S))
    near = all_near.filter(pl.col(column) < ends_at - NEAR_S)
    kept = near.join(
        came.select("run", "position", pl.lit(value=True).alias("came")), on=["run", "position"], how="left"
    )
    broken = kept.filter(pl.col("came").is_null())
    renamed = 0 if heirs is None else _count_renamed(broken, came, heirs)
    ghosts = len(broken) - renamed
    arrivals = came.filter(pl.col("at").is_not_null())
    first_sample = promised["sampled_at"].min() if len(promised) else None
    if isinstance(first_sample, int):
        arrivals = arrivals.filter(pl.col("at") > first_sample + NEAR_S)
    live = promised.filter(pl.col(column).is_not_null()).select("run", "position", "sampled_at")
    met = arrivals.join(live, on=["run", "position"], how="left").filter(
        (pl.col("sampled_at") <= pl.col("at")) & (pl.col("sampled_at") > pl.col("at") - NEAR_S)
    )
    seen = met.select("run", "position").unique().height
    return Presence(
        near_promises=len(near),
        unjudged_promises=len(all_near) - len(near),
        ghost_ratio=round(ghosts / len(near), 4) if len(near) else None,
        renamed_ratio=round(renamed / len(near), 4) if len(near) else None,
        arrivals=len(arrivals),
        missed_ratio=round(1.0 - seen / len(arrivals), 4) if len(arrivals) else None,
    )


def _count_renamed(broken: pl.DataFrame, came: pl.DataFrame, heirs: pl.DataFrame) -> int:
    """Of promises that were not kept under their id those whose call was made under a later one, promise by promise."""
    made = heirs.join(came, left_on=["heir", "heir_position"], right_on=["run", "position"], how="semi")
    return broken.join(made, on=["run", "position"], how="semi").height


def calls_that_happened(
    truth: pl.DataFrame, standings: pl.DataFrame, stops: pl.DataFrame, signed_over: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Arrivals (run, position, at) and, with a null ``at``, calls that a vehicle came by without a scorable moment.

    These are calls passed in a gap of the reports, calls before the furthest place where the run was seen, and last
    stops reached to within 150 m: a trip's id is often changed just before its end. ``stops`` has run, position and
    stop_m, ``signed_over`` how far runs' vehicles went under their next run's sign (transit.scoring.signed_over).
    """
    known = truth.filter(~pl.col("departure") & (pl.col("position") >= 0)).select(
        "run", "position", pl.when(~pl.col("censored")).then("at").alias("at")
    )
    furthest = (
        standings.with_columns(pl.col("progress_m").fill_nan(None))
        .group_by("run")
        .agg(pl.col("progress_m").max().alias("furthest_m"))
    )
    if signed_over is not None:
        further = signed_over.rename({"reached_m": "furthest_m"})
        furthest = pl.concat([furthest, further]).group_by("run").agg(pl.col("furthest_m").max())
    passed = (
        stops.join(furthest, on="run")
        .filter(pl.col("stop_m") <= pl.col("furthest_m") + 150.0)
        .join(known, on=["run", "position"], how="anti")
        .select("run", "position", pl.lit(None, pl.Float64).alias("at"))
    )
    return pl.concat([known, passed])


def list_stops(index_runs: "list[tuple[int, np.ndarray]]") -> pl.DataFrame:
    """Run, position and metres along of every call of the runs given."""
    runs = np.concatenate([np.zeros(0, np.int32)] + [np.full(len(m), r, np.int32) for r, m in index_runs])
    return pl.DataFrame(
        {
            "run": runs.astype(np.int32),
            "position": np.concatenate(
                [np.zeros(0, np.int32)] + [np.arange(len(m), dtype=np.int32) for _, m in index_runs]
            ).astype(np.int32),
            "stop_m": np.concatenate([np.zeros(0)] + [m for _, m in index_runs]),
        }
    )
