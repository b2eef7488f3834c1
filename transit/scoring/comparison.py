"""Two versions of what forecasts rest on, judged on the same rows of the same recording."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from transit.scoring.bins import HORIZON_EDGES_S, bin_of
from transit.scoring.errors import resampled_means
from transit.scoring.rows import KEY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SURE: Final = (0.025, 0.975)
"""Between these shares of draws of whole runs lies the interval that a difference is given with."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of both, and ``b - a`` with the interval of 95 % of draws of whole runs.

    It ``is_real`` where the interval lies on one side of nought: other runs of such a day would hardly have turned it.
    """

    a: float
    b: float
    change: float
    low: float
    high: float

    @property
    def is_real(self) -> bool:
        """Whether chance alone is no good reason for it."""
        return self.low > 0 or self.high < 0


class ComparedPart(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a horizon or of a line: mean absolute error (s), share within p10 to p90, width of that band (s)."""

    name: str
    rows: int
    runs: int
    error_s: Difference
    inside_ratio: Difference
    width_s: Difference


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All rows where both spoke, by actual horizon (minutes) and by line; rows of one alone are counted."""

    overall: ComparedPart
    horizons: tuple[ComparedPart, ...]
    lines: tuple[ComparedPart, ...]
    only_a: int
    only_b: int


def compare_rows(a: pl.DataFrame, b: pl.DataFrame, line_names: Mapping[int, str]) -> Comparison:
    """Compare what two versions told; both are judged rows (transit.scoring.judge), numbered by the same runs.

    Raises:
        ValueError: they told nothing in common.
    """
    told = ["p10", "p50", "p90"]
    near = pl.col("p50").is_not_null() & (pl.col("at") - pl.col("sampled_at") < HORIZON_EDGES_S[-1])
    of_a, of_b = (rows.filter(near) for rows in (a, b))
    both = of_a.select(*KEY, "at", "line", *told).join(of_b.select(*KEY, *told), on=list(KEY), suffix="_b")
    if not len(both):
        raise ValueError("the two versions told nothing of the same arrivals")
    horizon = bin_of((both["at"] - both["sampled_at"]).to_numpy().astype(np.float64), HORIZON_EDGES_S)
    horizons = [
        _compare(f"{low // 60}-{high // 60}", both.filter(pl.Series(horizon == i)))
        for i, (low, high) in enumerate(pairwise(HORIZON_EDGES_S))
        if (horizon == i).any()
    ]
    lines = [
        _compare(line_names.get(int(line), "?"), both.filter(pl.col("line") == line))
        for line in sorted(both["line"].unique().to_list())
    ]
    return Comparison(
        overall=_compare("all", both),
        horizons=tuple(horizons),
        lines=tuple(lines),
        only_a=len(of_a) - len(both),
        only_b=len(of_b) - len(both),
    )


def _compare(name: str, rows: pl.DataFrame) -> ComparedPart:
    block = rows["run"].to_numpy().astype(np.int64)
    at = rows["at"].to_numpy().astype(np.float64)
    sampled = rows["sampled_at"].to_numpy().astype(np.float64)
    sides = [[rows[f"{quantile}{side}"].to_numpy() for quantile in ("p10", "p50", "p90")] for side in ("", "_b")]
    errors = [np.abs(at - np.maximum(p50, sampled)) for _, p50, _ in sides]
    inside = [((at >= p10) & (at <= p90)).astype(np.float64) for p10, _, p90 in sides]
    width = [(p90 - p10).astype(np.float64) for p10, _, p90 in sides]
    return ComparedPart(
        name=name,
        rows=len(rows),
        runs=len(np.unique(block)),
        error_s=_difference(errors, block, 2),
        inside_ratio=_difference(inside, block, 4),
        width_s=_difference(width, block, 1),
    )


def _difference(sides: list[Floats], block: Ints, digits: int) -> Difference:
    """Rows are compared in pairs and drawn by whole runs: what both err in alike is no difference."""
    change = sides[1] - sides[0]
    low, high = np.quantile(resampled_means(change, block), SURE)
    figures = (sides[0].mean(), sides[1].mean(), change.mean(), low, high)
    a, b, mean, lowest, highest = (round(float(each), digits) for each in figures)
    return Difference(a=a, b=b, change=mean, low=lowest, high=highest)
