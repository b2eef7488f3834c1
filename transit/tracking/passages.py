"""What a vehicle passed between two reports: arrivals and departures, each told once, with their bounds.

A vehicle arrives at a stop when it comes to the stop's place along the pattern and departs when it has left it by
``LEAVING_M``; between two reports it is taken to move evenly.
"""

import math
from typing import Final

import numpy as np

from transit.tracking.falling_back import learn_falling_back
from transit.tracking.holding import hold_s, learn_hold
from transit.tracking.hop_times import (
    UNKNOWN_S,
    learn_hop,
    learn_total,
    scheduled_dwell_log,
    scheduled_hop_s,
    scheduled_run_s,
    scheduled_total_s,
)
from transit.tracking.kernels import kernel
from transit.tracking.opposite_hops import opposite_log
from transit.tracking.state import NEVER, NONE, Row, Rows
from transit.tracking.timetable_pace import learn_trip_pace

MISSED_MOST: Final = 1000
"""More vehicles in a row around a stop than these are not counted."""

LEAVING_M: Final = 15.0
"""A vehicle this far past a stop has left it; a stop's sign is seldom nearer than that to its place on the map."""

AT_THE_STOP_M: Final = 3.0
"""A vehicle this near has come to the stop: coordinates are no finer."""

RETURNING_MPS: Final = 12.0
"""As fast as that a vehicle may have driven along its way before it was first seen there again."""

UNHELD_S: Final = 15
"""Who is held at a timepoint would have left it so long after coming."""

SLOW_FADE: Final = 0.95
"""Of how a vehicle fared, so much is remembered from hop to hop."""

TERMINAL_SHORT_M: Final = 30.0
"""A vehicle standing this near the last stop has reached it, whatever is left of the shape."""


@kernel
def note_passage(
    passed: Rows, count: int, vehicle: Row, what: "tuple[int, int, int]", when: "tuple[float, int, int]"
) -> int:
    """Write one passage: ``what`` is (vehicle row, position, is departure), ``when`` (at, earliest, latest)."""
    if count == len(passed) or not vehicle.owner:
        return count
    row = passed[count]
    row.vehicle, row.position, row.departure = what
    row.pattern = vehicle.pattern
    row.at = math.floor(when[0] + 0.5)
    row.earliest_at = when[1]
    row.latest_at = when[2]
    return count + 1


@kernel
def crossing_time(at_m: float, before: "tuple[float, int]", after: "tuple[float, int]") -> float:
    """When a vehicle at ``before`` and ``after`` (metres, time) came to ``at_m``, moving evenly between the two."""
    if after[0] <= before[0]:
        return float(after[1])
    share = (at_m - before[0]) / (after[0] - before[0])
    return float(before[1] + min(max(share, 0.0), 1.0) * (after[1] - before[1]))


@kernel
def leaving_m(calls: Rows, pattern: Row, position: int) -> float:
    """Metres along at which a vehicle has left the call; short of the next call, never past it."""
    here = calls[pattern.call_first + position].progress_m
    if position + 1 >= pattern.call_count:
        return np.inf
    onward = calls[pattern.call_first + position + 1].progress_m
    return float(here + min(LEAVING_M, 0.5 * (onward - here)))


@kernel
def pass_calls(
    passed: Rows, count: int, vehicle: "tuple[Row, int]", way: "tuple[Row, ...]", gap: "tuple[float, int, float, int]"
) -> int:
    """Tell every call passed in a gap between two reports and learn the hops that ended in it.

    ``vehicle`` is its row and the row's number; ``way`` (calls, pattern, trip, timings, hops, passings, line); ``gap``
    metres and time before, metres and time after.
    """
    who, row = vehicle
    calls, pattern = way[0], way[1]
    before, after = (gap[0], gap[1]), (gap[2], gap[3])
    while True:
        departing = who.arrived > who.departed
        position = who.arrived if departing else who.arrived + 1
        if position >= pattern.call_count:
            break
        here_m = calls[pattern.call_first + position].progress_m
        at_m = leaving_m(calls, pattern, position) if departing else here_m
        if gap[2] < at_m - (0.0 if departing else AT_THE_STOP_M):
            break
        at = crossing_time(at_m, before, after)
        if departing:
            at = max(at, np.float64(who.arrived_time))
            depart(who, position, math.floor(at + 0.5))
            if who.owner:
                learn_hold(who, way, position, int(who.departed_time))
        else:
            at = max(at, np.float64(who.departed_time))
            arrive(who, position, math.floor(at + 0.5), way)
        count = note_passage(passed, count, who, (row, position, 1 if departing else 0), (at, gap[1], gap[3]))
    return count


@kernel
def depart(vehicle: Row, position: int, at: int) -> None:
    """Mark the vehicle as gone from a call."""
    vehicle.departed = position
    vehicle.departed_time = at


@kernel
def arrive(vehicle: Row, position: int, at: int, way: "tuple[Row, ...]") -> None:
    """Mark the vehicle as come to a call; the hop is learned where the call before was observed too."""
    pattern = way[1]
    hop = way[0][pattern.call_first + position].hop
    if hop >= 0:
        way[4][hop].missed = 0
    if position >= 1 and vehicle.departed == position - 1 and vehicle.owner:
        _learn_way(vehicle, position, at, way)
    vehicle.arrived = position
    vehicle.arrived_time = at
    if position == pattern.call_count - 1:
        vehicle.finished = 1


@kernel
def _learn_way(vehicle: Row, position: int, at: int, way: "tuple[Row, ...]") -> None:
    """Learn the hop that ends here: of a train its run and the dwell before, of a bus both as one."""
    calls, pattern, trip, timings, hops, passings, line = way
    call = calls[pattern.call_first + position]
    left, come = vehicle.departed_time, vehicle.arrived_time
    knows_dwell = vehicle.arrived == position - 1 and come != NEVER and position > 1
    if call.hop < 0 or left == NEVER or at <= left:
        return
    hop = hops[call.hop]
    if pattern.by_status:
        scheduled_s = scheduled_run_s(call)
        dwell_s = left - come if knows_dwell else UNKNOWN_S
        back = calls[pattern.call_first + position - 1]
        usual = scheduled_dwell_log(back)
        if knows_dwell:
            learn_total(line, float(at - come), scheduled_total_s(back, call))
        seen = (at, float(at - left), at - left, dwell_s)
        learn_hop(hop, passings[call.hop], line, (scheduled_s, 0.0, 0.0, usual), seen)
    elif knows_dwell or position == 1:
        since = come if knows_dwell else left
        scheduled_s = scheduled_hop_s(timings, trip.timing_first, position)
        length_m = call.progress_m - calls[pattern.call_first + position - 1].progress_m
        waited_s = (
            min(hold_s(vehicle, way, position - 1, float(come + UNHELD_S)), float(left - come)) if knows_dwell else 0.0
        )
        took_s = float(at - since) - max(waited_s, 0.0)
        # the last ones are kept of trains alone: a bus line has no room for them
        kept = passings[call.hop if call.hop < len(passings) else 0]
        like = opposite_log(calls, hops, line, pattern.call_first + position)
        if knows_dwell:
            learn_falling_back(vehicle, way, position, (float(come), float(at - come)))
        # what buses stand is learned as they move on (transit.tracking.usual_stands)
        seen = (at, took_s, at - left, UNKNOWN_S)
        learn_trip_pace(hop, trip)
        slower = learn_hop(hop, kept, line, (scheduled_s, length_m, like, 0.0), seen)
        vehicle.slow_sum = SLOW_FADE * vehicle.slow_sum + slower
        vehicle.slow_count = SLOW_FADE * vehicle.slow_count + 1.0


@kernel
def miss_calls(vehicle: Row, way: "tuple[Row, ...]", gap_m: "tuple[float, float]", at: int) -> None:
    """Count the calls that a vehicle drove around; ``gap_m`` is where it left its way and where it is back at ``at``.

    What it may have passed since its last report, already back on its way, does not count.
    """
    calls, pattern, hops = way[0], way[1], way[4]
    back_m = gap_m[1] - RETURNING_MPS * (at - vehicle.fix_time)
    for k in range(1, pattern.call_count):
        call = calls[pattern.call_first + k]
        if vehicle.owner and call.hop >= 0 and gap_m[0] < call.progress_m < back_m:
            hops[call.hop].missed = min(hops[call.hop].missed + 1, MISSED_MOST)


@kernel
def join_at(vehicle: Row, calls: Rows, pattern: Row, progress_m: float) -> None:
    """Let a vehicle join its run under way: calls behind it are past, but nobody saw when."""
    position = NONE
    while position + 1 < pattern.call_count and calls[pattern.call_first + position + 1].progress_m <= progress_m:
        position += 1
    vehicle.arrived = max(vehicle.arrived, position)
    vehicle.departed = max(vehicle.departed, position)
    if vehicle.arrived > vehicle.departed:
        vehicle.departed = vehicle.arrived
    vehicle.arrived_time = NEVER
    vehicle.departed_time = NEVER
