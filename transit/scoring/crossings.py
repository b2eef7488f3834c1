"""Passages seen as crossings: a vehicle stood before a stop in one report and past it in the next."""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.kernels import array_kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_RESTART_M: Final = 150.0
"""A step back of more than this begins the way anew; what was crossed before it does not count."""


@array_kernel
def find_crossings(at_s: Ints, progress_m: Floats, stop_m: Floats) -> Floats:
    """When a run crossed each of its stops: rows (at, earliest, latest) in POSIX seconds, NaN where it was not seen.

    ``at`` is interpolated between the report before the stop and the first one at or past it; these two bound it.
    Reports without a place (NaN) are passed over.
    """
    found = np.full((len(stop_m), 3), np.nan)
    furthest = np.nan
    furthest_at = 0
    for i in range(len(at_s)):
        here = progress_m[i]
        if np.isnan(here):
            continue
        if np.isnan(furthest):
            furthest = here
            furthest_at = at_s[i]
            continue
        if here < furthest - _RESTART_M:
            for k in range(len(stop_m)):
                if stop_m[k] > here:
                    found[k, :] = np.nan
            furthest = here
            furthest_at = at_s[i]
            continue
        if here < furthest:
            continue
        for k in range(len(stop_m)):
            if furthest < stop_m[k] <= here and np.isnan(found[k, 0]):
                part = (stop_m[k] - furthest) / (here - furthest)
                found[k, 0] = furthest_at + part * (at_s[i] - furthest_at)
                found[k, 1] = furthest_at
                found[k, 2] = at_s[i]
        furthest = here
        furthest_at = at_s[i]
    return found
