"""Where on its pattern a vehicle is: a bounded hidden Markov model over metres along the pattern.

Candidates are the places where the distance to the shape is locally least, inside the window the vehicle can have
reached. Each is weighed by its distance (Gaussian, cut off), by the direction the vehicle moved, and by how far the
vehicle must have come since its last report; the best few are kept side by side. The window, not the
nearest place, is what tells two passes of one street apart.
"""

import math
from typing import Final

import numpy as np

from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.state import BEAM_WIDTH, Row, Rows

CANDIDATES_MAX: Final = 8

SIGMA_SHAPE_M: Final = 12.0
SIGMA_STRAIGHT_M: Final = 60.0
"""Where stops are joined by straight lines, as on many maps of rails, the way itself may run this far off them."""

REACH_SHAPE_M: Final = 60.0
REACH_STRAIGHT_M: Final = 250.0
"""A vehicle further than this from the shape is not on it."""

SPEED_BUS_MPS: Final = 31.0
SPEED_RAIL_MPS: Final = 45.0

_EMIT_COST_MAX: Final = 8.0
_HEADING_WEIGHT: Final = 6.0
_KEPT_COST: Final = 12.0


@kernel
def sigma_m(pattern: Row) -> float:
    """Standard deviation of a report's distance from the shape."""
    return SIGMA_SHAPE_M if pattern.has_shape and not pattern.by_status else SIGMA_STRAIGHT_M


@kernel
def reach_m(pattern: Row) -> float:
    """How far from the shape a vehicle may be and still be on it."""
    return REACH_SHAPE_M if pattern.has_shape and not pattern.by_status else REACH_STRAIGHT_M


@kernel
def speed_limit_mps(pattern: Row) -> float:
    """What no vehicle of this kind exceeds."""
    return SPEED_RAIL_MPS if pattern.by_status else SPEED_BUS_MPS


@kernel
def find_candidates(
    segments: Rows, pattern: Row, place: "np.ndarray", window: "np.ndarray", found: "np.ndarray"
) -> int:
    """List where the distance to the shape is locally least.

    ``place`` is x, y and the unit direction of movement (0, 0 where unknown); ``window`` the least and greatest metres
    along the pattern. Writes rows of (metres along, distance, cosine between movement and shape) and returns how many.
    """
    first, last = pattern.segment_first, pattern.segment_last
    low, high = first, last
    while high - low > 1:
        middle = (low + high) // 2
        if segments[middle].progress_m <= window[0]:
            low = middle
        else:
            high = middle
    reach = reach_m(pattern)
    count = 0
    came_to_end = True
    held_m, held_distance, held_cosine = 0.0, np.inf, 0.0
    for i in range(low, last):
        segment = segments[i]
        if segment.progress_m > window[1]:
            break
        along = (place[0] - segment.x_m) * segment.ux + (place[1] - segment.y_m) * segment.uy
        least = min(max(0.0, window[0] - segment.progress_m), segment.length_m)
        most = max(least, min(segment.length_m, window[1] - segment.progress_m))
        inside = least < along < most
        starts_here = along <= least and came_to_end
        came_to_end = along >= most
        along = min(max(along, least), most)
        held_m = segment.progress_m + along
        held_distance = math.hypot(
            place[0] - segment.x_m - along * segment.ux, place[1] - segment.y_m - along * segment.uy
        )
        held_cosine = place[2] * segment.ux + place[3] * segment.uy
        # least within a piece, or at a corner that is nearest for both its pieces
        if (inside or starts_here) and held_distance <= reach:
            count = _keep(found, count, held_m, held_distance, held_cosine)
    if came_to_end and held_distance <= reach:
        count = _keep(found, count, held_m, held_distance, held_cosine)
    return count


@kernel
def _keep(found: "np.ndarray", count: int, progress_m: float, distance_m: float, cosine: float) -> int:
    row = count
    if count == CANDIDATES_MAX:
        row = 0
        for i in range(1, count):
            if found[i, 1] > found[row, 1]:
                row = i
        if found[row, 1] <= distance_m:
            return count
    found[row, 0] = progress_m
    found[row, 1] = distance_m
    found[row, 2] = cosine
    return min(count + 1, CANDIDATES_MAX)


@kernel
def place_cost(candidate: "np.ndarray", sigma: float, moving: bool) -> float:
    """Minus log likelihood of a report, were the vehicle at this candidate."""
    cost = min(candidate[1] * candidate[1] / (2.0 * sigma * sigma), _EMIT_COST_MAX)
    if moving:
        cost += _HEADING_WEIGHT * (1.0 - candidate[2])
    return float(cost)


@array_kernel
def advance_beam(beam: Rows, count: int, found: "np.ndarray", found_count: int, step: "np.ndarray") -> int:
    """Move the kept places on to the candidates; the best comes first. Returns how many are kept, 0 if none fits.

    ``step`` is seconds since the last match, usual speed, greatest speed, sigma, and 1.0 where the vehicle moved.
    """
    elapsed_s, usual_mps, limit_mps, sigma, moved = step
    usual_m = 1.6 * usual_mps * elapsed_s + 30.0
    spread_m = max(30.0, 0.5 * usual_m)
    farthest_m = limit_mps * elapsed_s + 2.0 * sigma
    new_m = np.empty(CANDIDATES_MAX, np.float64)
    new_cost = np.full(CANDIDATES_MAX, np.inf)
    for j in range(found_count):
        reported = place_cost(found[j], sigma, moved > 0.0)
        for b in range(count):
            ahead_m = found[j, 0] - beam[b].progress_m
            if ahead_m < -2.0 * sigma or ahead_m > farthest_m:
                continue
            over = max(0.0, ahead_m - usual_m) / spread_m
            cost = beam[b].cost + reported + min(0.5 * over * over, _EMIT_COST_MAX)
            if cost < new_cost[j]:
                new_cost[j] = cost
                new_m[j] = max(found[j, 0], np.float64(beam[b].progress_m))
    return _keep_best(beam, new_m, new_cost, found_count)


@kernel
def _keep_best(beam: Rows, new_m: "np.ndarray", new_cost: "np.ndarray", found_count: int) -> int:
    kept = 0
    best = np.inf
    while kept < BEAM_WIDTH:
        choice = -1
        for j in range(found_count):
            if new_cost[j] < np.inf and (choice < 0 or new_cost[j] < new_cost[choice]):
                choice = j
        if choice < 0:
            break
        if kept == 0:
            best = new_cost[choice]
        elif new_cost[choice] - best > _KEPT_COST:
            break
        beam[kept].progress_m = new_m[choice]
        beam[kept].cost = new_cost[choice] - best
        new_cost[choice] = np.inf
        kept += 1
    return kept


@array_kernel
def start_beam(beam: Rows, found: "np.ndarray", found_count: int, sigma: float, expected_m: float) -> int:
    """Begin anew from candidates alone, leaning to where the timetable expects the vehicle (-1: no such place)."""
    new_m = np.empty(CANDIDATES_MAX, np.float64)
    new_cost = np.full(CANDIDATES_MAX, np.inf)
    for j in range(found_count):
        new_m[j] = found[j, 0]
        new_cost[j] = place_cost(found[j], sigma, found[j, 2] != 0.0)
        if expected_m >= 0.0:
            new_cost[j] += 1.5 * math.log1p((found[j, 0] - expected_m) ** 2 / 1e6)
    return _keep_best(beam, new_m, new_cost, found_count)
