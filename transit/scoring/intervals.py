"""Whether p10 to p90 holds what it promises."""

from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from transit.scoring.bins import HORIZON_EDGES_S, bin_of

Floats = npt.NDArray[np.float64]


class IntervalBin(msgspec.Struct, frozen=True, kw_only=True):
    """One horizon bin: shares of arrivals inside, before p10 and after p90, mean width and pinball losses (s)."""

    from_s: int
    to_s: int
    count: int
    inside_ratio: float | None
    below_ratio: float | None
    above_ratio: float | None
    width_s: float | None
    pinball_10_s: float | None
    pinball_50_s: float | None
    pinball_90_s: float | None


def pinball_s(actual: Floats, predicted: Floats, quantile: float) -> float:
    """Mean pinball loss of a quantile forecast."""
    error = actual - predicted
    return float(np.mean(np.maximum(quantile * error, (quantile - 1.0) * error)))


def interval_bins(horizon_s: Floats, actual: Floats, quantiles: Floats) -> tuple[IntervalBin, ...]:
    """``quantiles`` has columns p10, p50, p90; times in POSIX seconds. Bins by ``horizon_s``."""
    bins = bin_of(horizon_s, HORIZON_EDGES_S)
    return tuple(
        _interval_bin(span, actual[bins == i], quantiles[bins == i]) for i, span in enumerate(pairwise(HORIZON_EDGES_S))
    )


def _interval_bin(span: tuple[int, int], actual: Floats, quantiles: Floats) -> IntervalBin:
    if not len(actual):
        none: dict[str, None] = dict.fromkeys(IntervalBin.__struct_fields__[3:])
        return IntervalBin(from_s=span[0], to_s=span[1], count=0, **none)
    below = actual < quantiles[:, 0]
    above = actual > quantiles[:, 2]
    return IntervalBin(
        from_s=span[0],
        to_s=span[1],
        count=len(actual),
        inside_ratio=round(float(1.0 - below.mean() - above.mean()), 4),
        below_ratio=round(float(below.mean()), 4),
        above_ratio=round(float(above.mean()), 4),
        width_s=round(float(np.mean(quantiles[:, 2] - quantiles[:, 0])), 1),
        pinball_10_s=round(pinball_s(actual, quantiles[:, 0], 0.1), 2),
        pinball_50_s=round(pinball_s(actual, quantiles[:, 1], 0.5), 2),
        pinball_90_s=round(pinball_s(actual, quantiles[:, 2], 0.9), 2),
    )
