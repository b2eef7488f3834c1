"""Whether a vehicle has left its first stop, or waits for its time wherever it is put.

Vehicles wait off the shape, beyond the first stop, or drive a lap before they begin; so a run has begun only when its
vehicle was seen to move forward along the pattern, near enough to its time or far enough on its way.
"""

from typing import Final

import numpy as np

from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row

NEAR_START_M: Final = 900.0
"""Seen first within this of its start, a vehicle may still be waiting; beyond it, the vehicle is under way."""

BEGUN_M: Final = 40.0
MOVED_M: Final = 30.0
EARLY_S: Final = 60
"""Nobody leaves earlier than this, unless plainly under way: who moves before drives a lap, or to where it waits."""

PLAINLY_M: Final = 1000.0


@kernel
def has_begun(vehicle: Row, start_m: float, progress_m: float, fix_time: int) -> bool:
    """Whether the run is under way, the vehicle being at ``progress_m``; ``start_m`` is its first stop's place."""
    come_m = progress_m - start_m
    if vehicle.matched_m < 0.0:
        return bool(come_m > NEAR_START_M)
    if come_m < BEGUN_M or progress_m - vehicle.matched_m < MOVED_M:
        return False
    if come_m > PLAINLY_M or not vehicle.scheduled:
        return True
    return bool(fix_time >= vehicle.service_start + vehicle.start_s - EARLY_S)


@kernel
def departure_gap(vehicle: Row, start_m: float, progress_m: float, fix_time: int) -> "tuple[float, int, float, int]":
    """The gap (metres and time before, after) in which the vehicle left its first stop.

    A vehicle that waited beyond the stop is taken to have left when it was last seen standing.
    """
    before_m = min(max(vehicle.matched_m, 0.0), start_m)
    if vehicle.matched_m < 0.0 or vehicle.matched_time == NEVER:
        return (start_m, fix_time, progress_m, fix_time)
    if vehicle.matched_m > start_m + BEGUN_M:
        return (np.inf, vehicle.matched_time, progress_m, fix_time)
    return (before_m, vehicle.matched_time, progress_m, fix_time)


@kernel
def is_back_at_start(vehicle: Row, start_m: float) -> bool:
    """Whether a vehicle that had begun its run stands at its first stop again: it drove a lap, and waits once more."""
    return bool(vehicle.arrived <= 0 and vehicle.progress_m < start_m + BEGUN_M)
