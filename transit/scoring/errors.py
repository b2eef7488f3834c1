"""How far forecasts were off, by horizon."""

from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from transit.scoring.bins import BENCHMARK, HORIZON_EDGES_S, MBTA, bin_of, is_accurate

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MISSED_S: Final = 60.0
"""Who comes at the time promised misses a vehicle that came earlier than it by more than this."""


class ErrorBin(msgspec.Struct, frozen=True, kw_only=True):
    """One horizon bin's errors (s; actual - predicted). Figures of an empty bin are None."""

    from_s: int
    to_s: int
    count: int
    mean_absolute_s: float | None
    mean_absolute_low_s: float | None
    mean_absolute_high_s: float | None
    median_absolute_s: float | None
    mean_s: float | None
    root_mean_square_s: float | None
    p90_absolute_s: float | None
    early_60_ratio: float | None
    early_30_ratio: float | None


class ErrorTable(msgspec.Struct, frozen=True, kw_only=True):
    """One predictor's errors on one set of rows.

    ``benchmark`` and ``mbta`` are shares within tolerance, bin by bin; their means are unweighted. ``at_5_minutes`` is
    what stood 300 s before each arrival.
    """

    rows: int
    by_actual: tuple[ErrorBin, ...]
    by_predicted: tuple[ErrorBin, ...]
    overall: ErrorBin
    benchmark: tuple[float | None, ...]
    benchmark_mean: float | None
    mbta: tuple[float | None, ...]
    mbta_mean: float | None
    at_5_minutes: ErrorBin


class Predictions(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Scored predictions as columns: when they were served, what they said, what happened, and of which run (a block).

    ``at_5_minutes`` marks the one row of each arrival that was in force 300 s before it.
    """

    sampled_at: Floats
    predicted_at: Floats
    actual_at: Floats
    block: Ints
    at_5_minutes: npt.NDArray[np.bool_]

    def where(self, mask: "npt.NDArray[np.bool_]") -> "Predictions":
        """The rows of ``mask``."""
        return Predictions(
            sampled_at=self.sampled_at[mask],
            predicted_at=self.predicted_at[mask],
            actual_at=self.actual_at[mask],
            block=self.block[mask],
            at_5_minutes=self.at_5_minutes[mask],
        )


def resampled_means(values: Floats, block: Ints, draws: int = 400) -> Floats:
    """Means of ``values`` with whole blocks drawn again and again: forecasts of one run err together.

    Returns one mean a draw; the draws are always the same.
    """
    if not len(values):
        return np.zeros(0)
    names, of = np.unique(block, return_inverse=True)
    sums = np.bincount(of, values, len(names))
    counts = np.bincount(of, minlength=len(names)).astype(np.float64)
    chosen = np.random.default_rng(20_260_216).multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    return np.asarray((chosen @ sums) / np.maximum(chosen @ counts, 1.0))


def ratio_span(ours_s: Floats, theirs_s: Floats, block: Ints) -> tuple[float, float] | None:
    """Where 95 % of draws of whole runs put the ratio of two mean errors on the same rows; None without rows."""
    if not len(ours_s):
        return None
    ratios = resampled_means(np.abs(ours_s), block) / np.maximum(resampled_means(np.abs(theirs_s), block), 1e-9)
    low, high = np.quantile(ratios, (0.025, 0.975))
    return round(float(low), 4), round(float(high), 4)


def error_bin(error_s: Floats, block: Ints, span: tuple[int, int], *, resample: bool = True) -> ErrorBin:
    """The figures of one bin."""
    size = np.abs(error_s)
    if not len(size):
        none: dict[str, None] = dict.fromkeys(ErrorBin.__struct_fields__[3:])
        return ErrorBin(from_s=span[0], to_s=span[1], count=0, **none)
    low = high = None
    if resample:
        low, high = (round(float(v), 2) for v in np.quantile(resampled_means(size, block), (0.025, 0.975)))
    return ErrorBin(
        from_s=span[0],
        to_s=span[1],
        count=len(size),
        mean_absolute_s=round(float(size.mean()), 2),
        mean_absolute_low_s=low,
        mean_absolute_high_s=high,
        median_absolute_s=round(float(np.median(size)), 2),
        mean_s=round(float(error_s.mean()), 2),
        root_mean_square_s=round(float(np.sqrt(np.mean(size * size))), 2),
        p90_absolute_s=round(float(np.quantile(size, 0.9)), 2),
        early_60_ratio=round(float(np.mean(error_s < -MISSED_S)), 4),
        early_30_ratio=round(float(np.mean(error_s < -MISSED_S / 2)), 4),
    )


def _binned(error_s: Floats, block: Ints, horizon_s: Floats, *, resample: bool) -> tuple[ErrorBin, ...]:
    bins = bin_of(horizon_s, HORIZON_EDGES_S)
    spans = pairwise(HORIZON_EDGES_S)
    return tuple(
        error_bin(error_s[bins == i], block[bins == i], span, resample=resample) for i, span in enumerate(spans)
    )


def _shares(within: "npt.NDArray[np.bool_]", bins: Ints, count: int) -> tuple[tuple[float | None, ...], float | None]:
    shares = tuple(round(float(within[bins == i].mean()), 4) if (bins == i).any() else None for i in range(count))
    known = [share for share in shares if share is not None]
    return shares, (round(sum(known) / len(known), 4) if known else None)


def error_table(rows: Predictions, *, resample: bool = True) -> ErrorTable:
    """Everything about one predictor's errors. Rows further than 30 minutes before their arrival are in no bin."""
    error_s = rows.actual_at - rows.predicted_at
    actual_s = rows.actual_at - rows.sampled_at
    predicted_s = rows.predicted_at - rows.sampled_at
    benchmark_bins = bin_of(actual_s, BENCHMARK.edges_s)
    mbta_bins = bin_of(predicted_s, MBTA.edges_s)
    benchmark, benchmark_mean = _shares(is_accurate(error_s, benchmark_bins, BENCHMARK), benchmark_bins, 4)
    mbta, mbta_mean = _shares(is_accurate(error_s, mbta_bins, MBTA), mbta_bins, 4)
    near = (actual_s >= 0) & (actual_s < HORIZON_EDGES_S[-1])
    five = rows.at_5_minutes
    return ErrorTable(
        rows=int(near.sum()),
        by_actual=_binned(error_s, rows.block, actual_s, resample=resample),
        by_predicted=_binned(error_s, rows.block, predicted_s, resample=False),
        overall=error_bin(error_s[near], rows.block[near], (0, HORIZON_EDGES_S[-1]), resample=False),
        benchmark=benchmark,
        benchmark_mean=benchmark_mean,
        mbta=mbta,
        mbta_mean=mbta_mean,
        at_5_minutes=error_bin(error_s[five], rows.block[five], (300, 330), resample=resample),
    )
