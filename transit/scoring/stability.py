"""Whether forecasts stand still while nothing new is known."""

import msgspec
import numpy as np
import polars as pl

REVERSAL_S = 60.0
"""A forecast that moves by more than this and later back by as much has misled its reader."""


class Stability(msgspec.Struct, frozen=True, kw_only=True):
    """How much forecasts move.

    ``jitter_s``: mean change between neighbouring samples of one call; ``reversed_ratio``: share of calls (seen in
    two samples or more) whose forecast moved by over a minute one way and then by over a minute the other.
    """

    pairs: int
    jitter_s: float | None
    calls: int
    reversed_ratio: float | None


def stability(served: pl.DataFrame, column: str, step_s: int) -> Stability:
    """``served`` has sampled_at, run, sequence and the forecast's ``column``, one row a sample."""
    steps = (
        served.filter(pl.col(column).is_not_null() & pl.col(column).is_not_nan())
        .sort("run", "sequence", "sampled_at")
        .select(
            "run",
            "sequence",
            moved=pl.col(column).diff().over("run", "sequence"),
            gap=pl.col("sampled_at").diff().over("run", "sequence"),
        )
        .filter(pl.col("gap") == step_s)
    )
    if steps.is_empty():
        return Stability(pairs=0, jitter_s=None, calls=0, reversed_ratio=None)
    turns = (
        steps.filter(pl.col("moved").abs() > REVERSAL_S)
        .with_columns(turned=pl.col("moved").sign().diff().over("run", "sequence").fill_null(0) != 0)
        .group_by("run", "sequence")
        .agg(pl.col("turned").any())
    )
    calls = steps.select("run", "sequence").unique().height
    return Stability(
        pairs=len(steps),
        jitter_s=round(float(np.mean(np.abs(steps["moved"].to_numpy()))), 2),
        calls=calls,
        reversed_ratio=round(int(turns["turned"].sum()) / calls, 4),
    )
