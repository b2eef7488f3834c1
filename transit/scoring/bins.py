"""Horizon bins and what two public standards call an accurate forecast.

The sign is the same everywhere: error = actual - predicted, so a negative one means that the vehicle came before its
time.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Standard(NamedTuple):
    """Tolerances by horizon: bin ``i`` is [edges_s[i], edges_s[i + 1]); ``inclusive`` says whether its bounds count."""

    edges_s: tuple[int, ...]
    early_s: tuple[int, ...]
    late_s: tuple[int, ...]
    inclusive: bool


HORIZON_EDGES_S: Final = (0, 180, 360, 600, 900, 1800)
"""Bins in which mean errors are given, by actual and by predicted horizon."""

BENCHMARK: Final = Standard((0, 180, 360, 600, 900), (30, 60, 60, 90), (90, 150, 210, 270), inclusive=True)
"""The ETA Accuracy Benchmark, by actual horizon; its overall figure is the plain mean of the four bins."""

MBTA: Final = Standard((0, 180, 360, 720, 1800), (60, 90, 150, 240), (60, 120, 210, 360), inclusive=False)
"""The MBTA's standard, by predicted horizon."""


def bin_of(horizon_s: Floats, edges_s: tuple[int, ...]) -> Ints:
    """The bin of each horizon; -1 outside all bins."""
    found = np.searchsorted(np.asarray(edges_s, np.float64), horizon_s, side="right").astype(np.int64) - 1
    found[(found >= len(edges_s) - 1) | np.isnan(horizon_s)] = -1
    return found


def is_accurate(error_s: Floats, bins: Ints, standard: Standard) -> npt.NDArray[np.bool_]:
    """Whether each error lies within its bin's tolerance; False outside all bins."""
    early = np.asarray(standard.early_s, np.float64)[bins]
    late = np.asarray(standard.late_s, np.float64)[bins]
    bounds = (error_s == -early) | (error_s == late)
    within = (bins >= 0) & (error_s >= -early) & (error_s <= late)
    return np.asarray(within if standard.inclusive else within & ~bounds)
