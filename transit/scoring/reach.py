"""How far ahead a predictor speaks at all: of the moments before arrivals, the share at which it had said when."""

from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.bins import HORIZON_EDGES_S


class ReachBin(msgspec.Struct, frozen=True, kw_only=True):
    """One bin of actual horizon: samples that lay so far before an arrival, and the share with a promise of it."""

    from_s: int
    to_s: int
    moments: int
    told_ratio: float | None


def reach(
    promised: pl.DataFrame, column: str, came: pl.DataFrame, samples: npt.NDArray[np.int64]
) -> tuple[ReachBin, ...]:
    """``promised`` has sampled_at, run, position and the promise's ``column``; ``came`` the dated arrivals.

    A moment before the first sample is not counted: nobody was asked.
    """
    arrivals = came.filter(pl.col("at").is_not_null())
    at = arrivals["at"].to_numpy()
    told = (
        promised.filter(pl.col(column).is_not_null())
        .select("run", "position", "sampled_at")
        .unique()
        .join(arrivals.select("run", "position", "at"), on=["run", "position"])
    )
    ahead = (told["at"] - told["sampled_at"]).to_numpy()
    found = []
    for low, high in pairwise(HORIZON_EDGES_S):
        moments = int(
            (np.searchsorted(samples, at - low, "right") - np.searchsorted(samples, at - high, "right")).sum()
        )
        count = int(((ahead >= low) & (ahead < high)).sum())
        ratio = round(count / moments, 4) if moments else None
        found.append(ReachBin(from_s=low, to_s=high, moments=moments, told_ratio=ratio))
    return tuple(found)
