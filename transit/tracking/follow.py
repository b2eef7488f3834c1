"""A message's reports, one after another: each vehicle is placed, what it passed is told, what it needed is learned."""

import math
from typing import Final

import numpy as np

from transit.tracking.departing import departure_gap, has_begun, is_back_at_start
from transit.tracking.hop_times import learn_lag
from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.match import (
    CANDIDATES_MAX,
    advance_beam,
    find_candidates,
    reach_m,
    sigma_m,
    speed_limit_mps,
    start_beam,
)
from transit.tracking.passages import TERMINAL_SHORT_M, arrive, join_at, miss_calls, note_passage, pass_calls
from transit.tracking.silence import note_gap
from transit.tracking.standing import TURNED_AFTER
from transit.tracking.state import NEVER, NONE, Row, Rows
from transit.tracking.stop_status import follow_status
from transit.tracking.usual_stands import learn_stand

STANDING_M: Final = 15.0
"""Two reports this near each other are one place."""

MOVED_M: Final = 25.0
"""A movement of this length has a direction worth believing."""

RELOCATED_AFTER: Final = 2
"""Reports that must agree on a place the vehicle cannot have reached before it is believed."""

AMBIGUOUS_COST: Final = 2.0
AMBIGUOUS_M: Final = 100.0

BELIEVED_LAG_S: Final = 900
"""A start that only the feed names is no start if the vehicle leaves further from it than this."""

PROGRESS: Final = 1
PASSAGE: Final = 2
REMATCHED: Final = 3
DEPARTED: Final = 8


@array_kernel
def follow_reports(
    reports: Rows,
    report_count: int,
    state: "tuple[Rows, Rows, Rows, Rows, Rows, Rows]",
    tables: "tuple[Rows, Rows, Rows, Rows, Rows]",
    passed: Rows,
) -> int:
    """Take in the first ``report_count`` reports; returns how many passages were written to ``passed``.

    ``state`` is (vehicles, beams, hops, passings, line, lags), ``tables`` (segments, calls, patterns, trips, timings).
    """
    vehicles, beams, hops, passings, line, lags = state
    segments, calls, patterns, trips, timings = tables
    found = np.empty((CANDIDATES_MAX, 3), np.float64)
    count = 0
    for i in range(report_count):
        report = reports[i]
        vehicle = vehicles[report.vehicle]
        vehicle.revision = 0
        moved_x, moved_y = report.x_m - vehicle.x_m, report.y_m - vehicle.y_m
        if report.due == 0:
            vehicle.due = 0
        elif report.ready_time != NEVER and vehicle.departed_origin == 0:
            vehicle.due, vehicle.ready_time = 1, report.ready_time
        if vehicle.pattern >= 0 and vehicle.finished == 0 and vehicle.due == 0:
            pattern = patterns[vehicle.pattern]
            way = (calls, pattern, trips[vehicle.trip], timings, hops, passings, line[0])
            arrived, departed = vehicle.arrived, vehicle.departed
            if pattern.by_status != 0 and report.stop_position >= 0:
                count = follow_status(passed, count, (vehicle, report.vehicle), way, (report, segments))
            elif pattern.by_status != 0 and vehicle.pending_since != NEVER:
                # its stop is none of this run's: the train is on its next run already
                vehicle.off_since = report.fix_time
            elif report.has_position != 0 or (pattern.by_status != 0 and report.stop_row >= 0):
                place = np.array((report.x_m, report.y_m, 0.0, 0.0))
                moved_m = math.hypot(moved_x, moved_y)
                if report.has_position != 0 and vehicle.fix_time != NEVER and moved_m > MOVED_M:
                    place[2], place[3] = moved_x / moved_m, moved_y / moved_m
                count = _follow_place(
                    passed,
                    count,
                    (vehicle, report.vehicle),
                    way,
                    (report, segments, beams[report.vehicle], place, found),
                )
            if vehicle.departed == 0 and departed == NONE and vehicle.has_start and vehicle.departed_time != NEVER:
                lag_s = vehicle.departed_time - vehicle.service_start - vehicle.start_s
                if vehicle.scheduled or abs(lag_s) <= BELIEVED_LAG_S:
                    learn_lag(lags[pattern.direction], vehicle.departed_time, lag_s)
            if vehicle.revision != REMATCHED and (vehicle.arrived != arrived or vehicle.departed != departed):
                vehicle.revision = DEPARTED if vehicle.departed == 0 and departed == NONE else PASSAGE
        _note_report(vehicle, report, math.hypot(moved_x, moved_y))
    return count


@kernel
def _note_report(vehicle: Row, report: Row, moved_m: float) -> None:
    note_gap(vehicle, report.fix_time)
    if report.has_position:
        if vehicle.fix_time == NEVER or moved_m > STANDING_M:
            vehicle.still_since = report.fix_time
            vehicle.x_m, vehicle.y_m = report.x_m, report.y_m
        vehicle.latitude, vehicle.longitude = report.latitude, report.longitude
        vehicle.bearing_deg, vehicle.speed_mps = report.bearing_deg, report.speed_mps
    elif report.stop_row >= 0:
        vehicle.x_m, vehicle.y_m = report.x_m, report.y_m
    vehicle.fix_time = report.fix_time
    vehicle.report_time = report.report_time
    vehicle.stop_status = report.stop_status
    vehicle.stop_hint, vehicle.stop_row = report.stop_position, report.stop_row
    if report.occupancy_status >= 0:
        vehicle.occupancy_status = report.occupancy_status
        vehicle.occupancy_time = report.report_time
    if report.occupancy_percentage >= 0:
        vehicle.occupancy_percentage = report.occupancy_percentage
        vehicle.occupancy_time = report.report_time


@array_kernel
def _follow_place(
    passed: Rows, count: int, who: "tuple[Row, int]", way: "tuple[Row, ...]", seen: "tuple[Row, ...]"
) -> int:
    """Place one report by its coordinates and tell what was passed; ``seen`` (report, segments, beam, place, found)."""
    vehicle, pattern = who[0], way[1]
    report, segments, beam, place, found = seen
    sigma = sigma_m(pattern)
    fresh = vehicle.beam_count == 0
    elapsed_s = float(report.fix_time - vehicle.matched_time)
    window = np.array((0.0, np.inf))
    if not fresh:
        _reachable(window, beam, vehicle.beam_count, speed_limit_mps(pattern) * elapsed_s + 2.0 * sigma, sigma)
    found_count = find_candidates(segments, pattern, place, window, found)
    if fresh:
        kept = start_beam(beam, found, found_count, sigma, _expected_m(vehicle, way, report.fix_time))
    else:
        moved = 1.0 if place[2] != 0.0 or place[3] != 0.0 else 0.0
        step = np.array((elapsed_s, _usual_mps(way), speed_limit_mps(pattern), sigma, moved))
        kept = advance_beam(beam, vehicle.beam_count, found, found_count, step)
    if kept == 0:
        _follow_lost(vehicle, way, seen)
        return count
    vehicle.beam_count = kept
    vehicle.jump_count = 0
    vehicle.back_count = 0
    best_m = float(beam[0].progress_m)
    if not fresh and kept > 1 and beam[1].cost < AMBIGUOUS_COST and abs(beam[1].progress_m - best_m) > AMBIGUOUS_M:
        return count
    vehicle.offset_m = _offset_at(found, found_count, best_m)
    return _move_to(passed, count, who, way, (best_m, report.fix_time, _overshoot_m(pattern, best_m, vehicle.offset_m)))


@kernel
def _reachable(window: "np.ndarray", beam: Rows, count: int, farthest_m: float, sigma: float) -> None:
    least, most = np.inf, 0.0
    for b in range(count):
        least = min(least, np.float64(beam[b].progress_m))
        most = max(most, np.float64(beam[b].progress_m))
    window[0] = max(0.0, least - 2.0 * sigma)
    window[1] = most + farthest_m


@kernel
def _expected_m(vehicle: Row, way: "tuple[Row, ...]", at: int) -> float:
    """Where the timetable has the run at a time; -1 where it is not known."""
    if not vehicle.scheduled:
        return -1.0
    calls, pattern, trip, timings = way[0], way[1], way[2], way[3]
    since = at - vehicle.service_start - vehicle.start_s
    first, last = pattern.call_first, pattern.call_count - 1
    if since <= timings[trip.timing_first].departure_s:
        return float(calls[first].progress_m)
    for k in range(1, last + 1):
        come = timings[trip.timing_first + k].arrival_s
        if since <= come:
            gone = timings[trip.timing_first + k - 1].departure_s
            share = 1.0 if come <= gone else min(max((since - gone) / (come - gone), 0.0), 1.0)
            back, ahead = calls[first + k - 1].progress_m, calls[first + k].progress_m
            return float(back + share * (ahead - back))
    return float(calls[first + last].progress_m)


@kernel
def _usual_mps(way: "tuple[Row, ...]") -> float:
    pattern, trip, timings = way[1], way[2], way[3]
    took = timings[trip.timing_first + pattern.call_count - 1].arrival_s
    return float(min(max(pattern.length_m / max(took, 60), 3.0), 25.0))


@kernel
def _offset_at(found: "np.ndarray", count: int, progress_m: float) -> float:
    offset_m, nearest_m = 0.0, np.inf
    for j in range(count):
        apart_m = abs(found[j, 0] - progress_m)
        if apart_m < nearest_m:
            nearest_m, offset_m = apart_m, found[j, 1]
    return offset_m


@kernel
def _overshoot_m(pattern: Row, progress_m: float, offset_m: float) -> float:
    """How far beyond its pattern's end a vehicle has driven on."""
    return offset_m if progress_m >= pattern.length_m - 1.0 else 0.0


@kernel
def _move_to(
    passed: Rows, count: int, who: "tuple[Row, int]", way: "tuple[Row, ...]", to: "tuple[float, int, float]"
) -> int:
    """Bring a vehicle to a matched place; ``to`` is (metres along, when, metres driven beyond the end)."""
    vehicle, calls, pattern = who[0], way[0], way[1]
    progress_m, fix_time, overshoot_m = to
    start_m = calls[pattern.call_first].progress_m
    if vehicle.departed_origin == 0:
        count = _begin_if_begun(passed, count, who, way, (start_m, progress_m, fix_time))
    else:
        before_m, before_time = vehicle.progress_m, vehicle.matched_time
        lost = vehicle.off_since != NEVER and fix_time - vehicle.off_since > 60
        if lost:
            miss_calls(vehicle, way, (before_m, progress_m), fix_time)
            join_at(vehicle, calls, pattern, progress_m)
        gap = (before_m, before_time, progress_m + overshoot_m, fix_time)
        count = pass_calls(passed, count, who, way, gap)
        vehicle.pace_mps = (progress_m - before_m) / max(fix_time - before_time, 1)
        if pattern.by_status == 0 and progress_m - before_m > STANDING_M:
            learn_stand(way[6], vehicle, fix_time)
        if progress_m > before_m and vehicle.revision == 0:
            vehicle.revision = PROGRESS
        vehicle.progress_m = max(progress_m, before_m)
        count = _reach_terminal(passed, count, who, way, fix_time)
    vehicle.matched_m = progress_m
    vehicle.matched_time = fix_time
    vehicle.off_since = NEVER
    return count


@kernel
def _begin_if_begun(
    passed: Rows, count: int, who: "tuple[Row, int]", way: "tuple[Row, ...]", at: "tuple[float, float, int]"
) -> int:
    vehicle, calls, pattern = who[0], way[0], way[1]
    start_m, progress_m, fix_time = at
    if not has_begun(vehicle, start_m, progress_m, fix_time):
        vehicle.progress_m = start_m
        return count
    vehicle.departed_origin = 1
    vehicle.progress_m = progress_m
    if vehicle.matched_m < 0.0:
        join_at(vehicle, calls, pattern, progress_m)
        return count
    gap = departure_gap(vehicle, start_m, progress_m, fix_time)
    vehicle.arrived = max(vehicle.arrived, 0)
    if math.isinf(gap[0]):
        waited = vehicle.still_since != NEVER and vehicle.still_since < gap[1]
        if waited and vehicle.departed < 0:
            # it stood beyond the stop: the run began when it was last seen standing
            count = note_passage(passed, count, vehicle, (who[1], 0, 1), (float(gap[1]), gap[1], gap[3]))
        join_at(vehicle, calls, pattern, vehicle.matched_m)
        if waited and vehicle.departed == 0:
            vehicle.departed_time = gap[1]
        gap = (min(vehicle.matched_m, progress_m), gap[1], progress_m, fix_time)
    return pass_calls(passed, count, who, way, gap)


@kernel
def _reach_terminal(passed: Rows, count: int, who: "tuple[Row, int]", way: "tuple[Row, ...]", fix_time: int) -> int:
    """Count a vehicle that stands just short of its last stop as arrived there."""
    vehicle, calls, pattern = who[0], way[0], way[1]
    last = pattern.call_count - 1
    short_m = calls[pattern.call_first + last].progress_m - vehicle.progress_m
    if vehicle.finished or vehicle.arrived < last - 1 or short_m > TERMINAL_SHORT_M:
        return count
    if vehicle.still_since == NEVER or fix_time - vehicle.still_since < 45:
        return count
    if vehicle.departed < last - 1:
        vehicle.departed = last - 1
    since = max(vehicle.still_since, vehicle.departed_time)
    arrive(vehicle, last, since, way)
    return note_passage(passed, count, vehicle, (who[1], last, 0), (float(since), since, fix_time))


@kernel
def _note_turned(vehicle: Row, progress_m: float, fix_time: int) -> None:
    """Count a vehicle's reports of places further and further back: it has turned short of its last stop."""
    back_m = vehicle.jump_m if vehicle.jump_count > 0 else vehicle.progress_m
    vehicle.back_count = vehicle.back_count + 1 if progress_m < back_m - MOVED_M else 0
    if vehicle.back_count >= TURNED_AFTER and vehicle.off_since == NEVER:
        vehicle.off_since = fix_time


@array_kernel
def _follow_lost(vehicle: Row, way: "tuple[Row, ...]", seen: "tuple[Row, ...]") -> None:
    """Handle a report of a place the vehicle cannot have reached: off its route, an outlier, or elsewhere on it."""
    calls, pattern = way[0], way[1]
    report, segments, beam, place, found = seen
    sigma = sigma_m(pattern)
    count_found = find_candidates(segments, pattern, place, np.array((0.0, np.inf)), found)
    if count_found == 0:
        if vehicle.off_since == NEVER:
            vehicle.off_since = report.fix_time
        vehicle.jump_count = 0
        vehicle.offset_m = reach_m(pattern)
        return
    nearest = 0
    for j in range(1, count_found):
        if found[j, 1] < found[nearest, 1]:
            nearest = j
    jumped_m = found[nearest, 0] - vehicle.jump_m
    farthest_m = speed_limit_mps(pattern) * (report.fix_time - vehicle.fix_time) + 2.0 * sigma
    agrees = vehicle.jump_count > 0 and -4.0 * sigma <= jumped_m <= farthest_m
    if vehicle.departed_origin and found[nearest, 0] < vehicle.progress_m:
        _note_turned(vehicle, found[nearest, 0], report.fix_time)
    vehicle.jump_count = vehicle.jump_count + 1 if agrees else 1
    vehicle.jump_m = found[nearest, 0]
    if vehicle.jump_count < RELOCATED_AFTER:
        return
    vehicle.beam_count = start_beam(beam, found, count_found, sigma, found[nearest, 0])
    vehicle.jump_count = 0
    vehicle.off_since = NEVER
    vehicle.matched_m = found[nearest, 0]
    vehicle.matched_time = report.fix_time
    if vehicle.departed_origin:
        vehicle.progress_m = found[nearest, 0]
        vehicle.revision = REMATCHED
        join_at(vehicle, calls, pattern, vehicle.progress_m)
        if is_back_at_start(vehicle, calls[pattern.call_first].progress_m):
            vehicle.departed_origin = 0
