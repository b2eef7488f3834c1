"""Where a vehicle stood along its pattern, seen afterwards: the judge's own matcher, which knows the whole trip.

A Viterbi pass over a run's reports. Every report offers the places where the shape comes nearest to it; a chain of
places pays for each metre off the shape and for each impossible step. A vehicle may start over (buses lay over beside
their own line, then drive back to the start), which costs more than any noise.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.kernels import array_kernel, kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MAX_PLACES: Final = 8
_REACH_M: Final = 150.0
"""A report further from the shape than this has no place on it."""
_NOISE_M: Final = 20.0
"""Standard deviation of a report about the shape; urban canyons reach 22 m (ETA.md 5.2)."""
_APART_M: Final = 60.0
"""Nearest places closer together along the shape are one place."""
_BACK_M: Final = 40.0
"""Steps back up to this are noise of the report."""
_RESTART_COST: Final = 30.0
_FASTEST_MPS: Final = 31.0


@kernel
def _nearest_places(x_m: float, y_m: float, shape: Floats, found: Floats) -> int:
    """Fill ``found`` with (progress, distance) of each nearest place within reach; returns how many."""
    count = 0
    before = 1e18
    falling = True
    last = shape.shape[0] - 1
    pending_s = 0.0
    pending_d = 1e18
    for i in range(last + 1):
        distance = 1e18
        progress = 0.0
        if i < last:
            dx = shape[i + 1, 0] - shape[i, 0]
            dy = shape[i + 1, 1] - shape[i, 1]
            square = dx * dx + dy * dy
            part = 0.0
            if square > 0.0:
                part = ((x_m - shape[i, 0]) * dx + (y_m - shape[i, 1]) * dy) / square
                part = min(1.0, max(0.0, part))
            distance = np.hypot(shape[i, 0] + part * dx - x_m, shape[i, 1] + part * dy - y_m)
            progress = shape[i, 2] + part * (shape[i + 1, 2] - shape[i, 2])
        if distance > before and falling:
            falling = False
            if pending_d < _REACH_M:
                close = count > 0 and pending_s - found[count - 1, 0] < _APART_M
                if close and pending_d < found[count - 1, 1]:
                    found[count - 1, 0] = pending_s
                    found[count - 1, 1] = pending_d
                elif not close and count < _MAX_PLACES:
                    found[count, 0] = pending_s
                    found[count, 1] = pending_d
                    count += 1
        elif distance <= before:
            falling = True
            pending_s = progress
            pending_d = distance
        before = distance
    return count


@kernel
def _step_cost(from_m: float, to_m: float, elapsed_s: float) -> float:
    """What a step along the shape costs beside its reports' distances."""
    step_m = to_m - from_m
    if step_m < -_BACK_M:
        return _RESTART_COST
    too_far = step_m - _FASTEST_MPS * elapsed_s - 2.0 * _BACK_M
    if too_far > 0.0:
        return 5.0 + too_far / 100.0
    return 0.05 if step_m < 0.0 else 0.0


@array_kernel
def place_reports(at_s: Ints, x_m: Floats, y_m: Floats, shape: Floats) -> Floats:
    """Progress (m) of each of one run's reports, in time order; NaN where a report is off the shape.

    ``shape`` has rows (x, y, progress) in metres.
    """
    n = len(at_s)
    progress = np.full(n, np.nan)
    places = np.zeros((n, _MAX_PLACES, 2))
    counts = np.zeros(n, np.int64)
    cost = np.full((n, _MAX_PLACES), 1e18)
    back = np.full((n, _MAX_PLACES), -1, np.int64)
    before = np.full(n, -1, np.int64)
    last = -1
    for i in range(n):
        counts[i] = _nearest_places(x_m[i], y_m[i], shape, places[i])
        if counts[i] == 0:
            continue
        for k in range(counts[i]):
            own = 0.5 * (places[i, k, 1] / _NOISE_M) ** 2
            if last < 0:
                cost[i, k] = own
                continue
            for j in range(counts[last]):
                step = _step_cost(places[last, j, 0], places[i, k, 0], float(at_s[i] - at_s[last]))
                total = cost[last, j] + step + own
                if total < cost[i, k]:
                    cost[i, k] = total
                    back[i, k] = j
        before[i] = last
        last = i
    if last < 0:
        return progress
    k = int(np.argmin(cost[last, : counts[last]]))
    i = last
    while i >= 0:
        progress[i] = places[i, k, 0]
        k = back[i, k]
        i = before[i]
    return progress
