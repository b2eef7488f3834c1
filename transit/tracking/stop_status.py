"""Trains by the stop they name: a railway's report says at which stop it stands or to which it goes.

The stop and its status are surer than coordinates on rails: a train goes nowhere else, and feeds without any
coordinates still say so much.
"""

import math
from typing import Final

import numpy as np

from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.match import CANDIDATES_MAX, SPEED_RAIL_MPS, find_candidates
from transit.tracking.passages import arrive, depart, miss_calls, note_passage
from transit.tracking.state import NEVER, Row, Rows

INCOMING_AT: Final = 0
STOPPED_AT: Final = 1
IN_TRANSIT_TO: Final = 2

CAME_WITHIN_S: Final = 300
"""A train new on its run that was seen elsewhere this recently has come to where it stands in between."""

BELIEVED_AFTER: Final = 2
"""Reports in a row that must name a stop too far ahead."""

TOO_FAR_M: Final = 1000.0
"""So much further than it can have driven a train may seem to be: its last report may have been old already."""

BACK_AFTER: Final = 3
"""Reports in a row that must name an earlier stop before the train is believed to be there."""

PROGRESS: Final = 1
REMATCHED: Final = 3


@kernel
def follow_status(
    passed: Rows, count: int, who: "tuple[Row, int]", way: "tuple[Row, ...]", seen: "tuple[Row, Rows]"
) -> int:
    """Place a train by its stop and tell what it passed; ``seen`` is (report, segments)."""
    vehicle, calls, pattern = who[0], way[0], way[1]
    report, segments = seen
    position = min(int(report.stop_position), int(pattern.call_count - 1))
    stands = report.stop_status == STOPPED_AT
    reached = position if stands else position - 1
    if vehicle.matched_time == NEVER:
        came = stands and vehicle.fix_time != NEVER and report.fix_time - vehicle.fix_time <= CAME_WITHIN_S
        if came and vehicle.stop_row != report.stop_row and vehicle.arrived < reached:
            # new on this run, but seen elsewhere just before: it has come to this stop since
            _join(vehicle, reached - 1, False)
            arrive(vehicle, reached, report.fix_time, way)
            when = (float(report.fix_time), vehicle.fix_time, report.fix_time)
            count = note_passage(passed, count, vehicle, (who[1], reached, 0), when)
        else:
            _join(vehicle, reached, stands)
    elif vehicle.off_since != NEVER and reached > vehicle.arrived + 1:
        # back on its way: the stops between were not served
        here_m = calls[pattern.call_first + reached].progress_m
        miss_calls(vehicle, way, (vehicle.progress_m, here_m), report.fix_time)
        _join(vehicle, reached - 1 if stands else reached, False)
        if stands:
            arrive(vehicle, reached, report.fix_time, way)
            when = (float(report.fix_time), vehicle.fix_time, report.fix_time)
            count = note_passage(passed, count, vehicle, (who[1], reached, 0), when)
    elif _is_too_far(vehicle, calls, pattern, (reached, report.fix_time)):
        # a stop that it cannot have reached: believed once it is named twice
        named_m = calls[pattern.call_first + reached].progress_m
        agrees = vehicle.jump_count > 0 and vehicle.jump_m <= named_m
        vehicle.jump_count = vehicle.jump_count + 1 if agrees else 1
        vehicle.jump_m = named_m
        if vehicle.jump_count < BELIEVED_AFTER:
            return count
        count = _tell(passed, count, who, way, (reached, stands, report.fix_time))
    elif reached < vehicle.arrived:
        vehicle.back_count += 1
        if vehicle.back_count < BACK_AFTER:
            return count
        vehicle.back_count = 0
        vehicle.revision = REMATCHED
        vehicle.progress_m = 0.0
    else:
        vehicle.back_count = 0
        count = _tell(passed, count, who, way, (reached, stands, report.fix_time))
    progress_m = _between((calls, pattern, segments), report, (position, stands))
    if vehicle.revision == 0 and progress_m > vehicle.progress_m:
        vehicle.revision = PROGRESS
    vehicle.progress_m = max(progress_m, vehicle.progress_m)
    vehicle.departed_origin = 1 if reached > 0 or (reached == 0 and not stands) else vehicle.departed_origin
    vehicle.matched_m = vehicle.progress_m
    vehicle.matched_time = report.fix_time
    vehicle.off_since = NEVER
    vehicle.jump_count = 0
    return count


@kernel
def _is_too_far(vehicle: Row, calls: Rows, pattern: Row, named: "tuple[int, int]") -> bool:
    """Whether a train cannot have come so far since it was placed last; ``named`` is the call reached, and when."""
    reached, at = named
    if reached <= vehicle.arrived + 1:
        return False
    farthest_m = vehicle.progress_m + SPEED_RAIL_MPS * float(at - vehicle.matched_time) + TOO_FAR_M
    return bool(calls[pattern.call_first + reached].progress_m > farthest_m)


@kernel
def _join(vehicle: Row, reached: int, stands: bool) -> None:
    vehicle.arrived = max(vehicle.arrived, reached)
    vehicle.departed = max(vehicle.departed, reached - 1 if stands else reached)
    vehicle.arrived_time = NEVER
    vehicle.departed_time = NEVER


@kernel
def _tell(
    passed: Rows, count: int, who: "tuple[Row, int]", way: "tuple[Row, ...]", now: "tuple[int, bool, int]"
) -> int:
    """Tell the passages that bring the train to the call it has reached; those skipped over share the gap evenly."""
    vehicle, pattern = who[0], way[1]
    reached, stands, fix_time = now
    since = vehicle.matched_time
    steps = 2 * (reached - vehicle.departed) - (1 if vehicle.arrived > vehicle.departed else 0) - (1 if stands else 0)
    done = 0
    while vehicle.departed < reached:
        departing = vehicle.arrived > vehicle.departed
        position = vehicle.arrived if departing else vehicle.arrived + 1
        if departing and ((position == reached and stands) or position == pattern.call_count - 1):
            break
        done += 1
        at = since + (fix_time - since) * done // max(steps, 1)
        if departing:
            depart(vehicle, position, max(at, vehicle.arrived_time))
        else:
            arrive(vehicle, position, max(at, vehicle.departed_time), way)
        told = vehicle.departed_time if departing else vehicle.arrived_time
        count = note_passage(
            passed, count, vehicle, (who[1], position, 1 if departing else 0), (float(told), since, fix_time)
        )
    return count


@array_kernel
def _between(shape: "tuple[Rows, Row, Rows]", report: Row, at: "tuple[int, bool]") -> float:
    """Metres along: the stop's own place, or between two stops by coordinates where the report has any."""
    calls, pattern, segments = shape
    position, stands = at
    here_m = calls[pattern.call_first + position].progress_m
    if stands or position == 0:
        return float(here_m)
    back_m = calls[pattern.call_first + position - 1].progress_m
    least_m = min(back_m + 1.0, here_m)
    if report.has_position == 0:
        return float(least_m)
    found = np.empty((CANDIDATES_MAX, 3), np.float64)
    place = np.array((report.x_m, report.y_m, 0.0, 0.0))
    found_count = find_candidates(segments, pattern, place, np.array((back_m, here_m)), found)
    if found_count == 0:
        # where no shape was surveyed the track may run far from the line between the stops
        first = pattern.call_first + position
        gone_m = math.hypot(report.x_m - calls[first - 1].x_m, report.y_m - calls[first - 1].y_m)
        left_m = math.hypot(report.x_m - calls[first].x_m, report.y_m - calls[first].y_m)
        between_m = back_m + (here_m - back_m) * gone_m / max(gone_m + left_m, 1.0)
        return float(min(max(between_m, least_m), max(here_m - 1.0, least_m)))
    nearest = 0
    for j in range(1, found_count):
        if found[j, 1] < found[nearest, 1]:
            nearest = j
    return float(min(max(found[nearest, 0], least_m), max(here_m - 1.0, least_m)))
