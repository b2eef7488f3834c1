"""How often a vehicle had come by the moments promised as p10, p50 and p90."""

from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EDGES_S: Final = (0, 60, 120, 180, 240, 300, 420, 540, 720, 900, 1200, 1500, 1800)


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """One bin of predicted horizon; each share should be its quantile."""

    from_s: int
    to_s: int
    count: int
    by_p10_ratio: float
    by_p50_ratio: float
    by_p90_ratio: float


def calibration(predicted_s: Floats, actual: Floats, quantiles: Floats) -> tuple[Calibration, ...]:
    """``quantiles`` has columns p10, p50, p90; bins without rows are left out."""
    found = []
    for low, high in pairwise(EDGES_S):
        mask = (predicted_s >= low) & (predicted_s < high)
        if mask.any():
            shares = (actual[mask, None] <= quantiles[mask]).mean(axis=0)
            found.append(
                Calibration(
                    from_s=low,
                    to_s=high,
                    count=int(mask.sum()),
                    by_p10_ratio=round(float(shares[0]), 4),
                    by_p50_ratio=round(float(shares[1]), 4),
                    by_p90_ratio=round(float(shares[2]), 4),
                )
            )
    return tuple(found)
