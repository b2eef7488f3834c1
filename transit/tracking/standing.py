"""How each run stands at a poll: its state, what its forecast rests on, whether it will come, until when that holds."""

from typing import Final

import numpy as np

from schemas.line_forecasts import HORIZON_S
from transit.tracking.kernels import kernel
from transit.tracking.silence import MOST_S, withdrawn_after_s
from transit.tracking.state import MISSED_BY, NEVER, NONE, Row, Rows

STANDING: Final = np.dtype(
    [
        ("vehicle", "i4"),
        ("pattern", "i4"),
        ("trip", "i4"),
        ("start_s", "i4"),
        ("service_start", "i8"),
        ("progress_m", "f8"),
        ("valid_until", "i8"),
        ("next_position", "i4"),
        ("call_count", "i4"),
        ("delay_s", "i4"),
        ("lag_s", "i4"),
        ("held_s", "i4"),
        ("after", "i4"),
        ("observed_at", "i8"),
        ("occupancy_time", "i8"),
        ("latitude", "f4"),
        ("longitude", "f4"),
        ("bearing_deg", "f4"),
        ("speed_mps", "f4"),
        ("occupancy_percentage", "i2"),
        ("occupancy_status", "i1"),
        ("relationship", "u1"),
        ("onward", "u1"),
        ("scheduled", "u1"),
        ("has_start", "u1"),
        ("state", "u1"),
        ("basis", "u1"),
        ("verdict", "u1"),
        ("reason", "u1"),
        ("revision", "u1"),
        ("due", "u1"),
        ("detour", "u1"),
    ],
    align=True,
)
"""One run to be told of; its numbers are those of schemas.line_forecasts. ``after`` is the row of the run that the
vehicle must finish first, -1 for none; ``call_count``, ``delay_s`` and ``lag_s`` are the forecast's to fill. ``held_s``
is how long a vehicle that is held or stalled has stood, or one without such a reason has been due and not heard."""

SILENT_AFTER_S: Final = 90
AT_RISK_AFTER_S: Final = 120
FEED_DOWN_AT_RISK_S: Final = 120
OFF_ROUTE_AFTER_S: Final = 60
ELSEWHERE_S: Final = 300
"""So long after its time a train that names no stop of its pattern may still be on its way to the first."""

GONE_AFTER_S: Final = 900
"""Who is off its way for so long does not come back."""

TURNED_AFTER: Final = 3
"""Reports in a row, each further back than the last, after which a vehicle has turned."""
APPROACHING_M: Final = 150.0
AT_STOP_M: Final = 25.0
LAYOVER_MAX_S: Final = 1800

NO_DELAY: Final = -(2**31) + 1

NOT_DEPARTED, EN_ROUTE, APPROACHING, AT_STOP, OFF_ROUTE, FINISHED = 0, 1, 2, 3, 4, 5
LIVE, EXTRAPOLATED = 0, 1
EXPECTED, AT_RISK, NOT_TRACKED, NOT_COMING = 0, 1, 2, 3
REASON_NONE, CANCELLED, SHORT_TURN, DETOUR, SILENT = 0, 1, 2, 3, 4
STALLED, FEED_DOWN, LEFT_ROUTE, AT_TERMINAL, HELD = 5, 6, 7, 8, 9

CANCELLED_RELATIONSHIPS: Final = (3, 7)
"""CANCELED and DELETED of GTFS-realtime."""

UNTOLD: Final = 4
"""Kinds of vehicles that are not told of: without a run, run taken by another, silent, finished."""


@kernel
def judge_runs(
    state: "tuple[Rows, Rows]",
    vehicle_count: int,
    tables: "tuple[Rows, Rows, Rows, Rows, Rows]",
    moment: "tuple[int, np.ndarray]",
    told: "tuple[Rows, np.ndarray]",
) -> int:
    """Say how each run stands; ``moment`` is the line's time and since when each vehicle's feed is down.

    ``state`` is (vehicles, hops), ``told`` (rows, untold counts). Returns how many rows of STANDING were written.
    """
    rows, untold = told
    vehicles, hops = state
    calls, patterns, trips, timings = tables[1], tables[2], tables[3], tables[4]
    now, down_since = moment
    untold[:] = 0
    count = 0
    for i in range(vehicle_count):
        vehicle = vehicles[i]
        if vehicle.pattern < 0 or _is_elsewhere(vehicle, patterns[vehicle.pattern], now):
            untold[0] += 1
            continue
        if vehicle.owner == 0:
            untold[1] += 1
            continue
        withdrawn_s = withdrawn_after_s(vehicle)
        if vehicle.due and vehicle.report_time == NEVER:
            # announced for a time to come: silent until then
            withdrawn_s = max(withdrawn_s, vehicle.ready_time - vehicle.fix_time + MOST_S)
        if vehicle.fix_time == NEVER or now - vehicle.fix_time > withdrawn_s:
            untold[2] += 1
            continue
        present = NONE
        row = rows[count]
        _fill(row, vehicle, i)
        row.valid_until = vehicle.fix_time + withdrawn_s
        if vehicle.finished:
            untold[3] += 1
            row.state, row.next_position = FINISHED, patterns[vehicle.pattern].call_count
        else:
            present = count
            _place(row, vehicle, calls, patterns[vehicle.pattern], now)
            _judge(row, vehicle, (now, down_since[i]))
            _find_detour(row, patterns[vehicle.pattern], calls, hops)
        count += 1
        if vehicle.next_trip >= 0:
            onward = count
            count = _follow_on(rows, count, (vehicle, i), (patterns, trips, timings), (present, withdrawn_s, now))
            if count > onward:
                _find_detour(rows[onward], patterns[rows[onward].pattern], calls, hops)
    return count


@kernel
def _is_elsewhere(vehicle: Row, pattern: Row, now: int) -> bool:
    """Whether a train's stop is none of the pattern that was found for it, which it was never seen on either.

    One that is still to leave may well wait at a platform of its terminal that the timetable does not name.
    """
    if vehicle.has_start and now <= vehicle.service_start + vehicle.start_s + ELSEWHERE_S:
        return False
    named = vehicle.stop_row >= 0 and vehicle.stop_hint < 0
    return bool(pattern.by_status != 0 and named and vehicle.departed_origin == 0 and vehicle.scheduled == 0)


@kernel
def _fill(row: Row, vehicle: Row, number: int) -> None:
    row.vehicle = number
    row.pattern = vehicle.pattern
    row.trip = vehicle.trip
    row.start_s = vehicle.start_s
    row.service_start = vehicle.service_start
    row.scheduled, row.has_start = vehicle.scheduled, vehicle.has_start
    row.revision = vehicle.revision
    row.progress_m = vehicle.progress_m
    row.due = vehicle.due
    row.onward, row.detour = 0, 0
    row.observed_at, row.relationship = vehicle.fix_time, vehicle.relationship
    row.latitude, row.longitude = vehicle.latitude, vehicle.longitude
    row.bearing_deg, row.speed_mps = vehicle.bearing_deg, vehicle.speed_mps
    row.occupancy_status, row.occupancy_percentage = vehicle.occupancy_status, vehicle.occupancy_percentage
    row.occupancy_time = vehicle.occupancy_time
    row.after = NONE
    row.call_count = 0
    row.delay_s = NO_DELAY
    row.lag_s = row.held_s = 0
    row.state, row.basis, row.verdict, row.reason = EN_ROUTE, LIVE, EXPECTED, REASON_NONE


@kernel
def next_call(vehicle: Row, calls: Rows, pattern: Row) -> int:
    """The position of the call a vehicle is at or comes to next."""
    arrived = int(vehicle.arrived)
    if arrived >= 0 and calls[pattern.call_first + arrived].progress_m > vehicle.progress_m + 2.0 * AT_STOP_M:
        # it was found to be further back than believed: what it passed stays told, but it comes there again
        position = 0
        while (
            position < pattern.call_count - 1 and calls[pattern.call_first + position].progress_m <= vehicle.progress_m
        ):
            position += 1
        return position
    if arrived > vehicle.departed:
        return arrived
    return min(arrived + 1, int(pattern.call_count - 1))


@kernel
def _place(row: Row, vehicle: Row, calls: Rows, pattern: Row, now: int) -> None:
    position = next_call(vehicle, calls, pattern)
    row.next_position = position
    ahead_m = calls[pattern.call_first + position].progress_m - vehicle.progress_m
    standing = vehicle.still_since != NEVER and vehicle.fix_time > vehicle.still_since
    if vehicle.departed_origin == 0:
        row.state = NOT_DEPARTED
        row.next_position = 0
        if vehicle.scheduled and now > vehicle.service_start + vehicle.start_s + 120:
            row.reason = AT_TERMINAL
    elif vehicle.off_since != NEVER and vehicle.fix_time - vehicle.off_since >= OFF_ROUTE_AFTER_S:
        row.state = OFF_ROUTE
    elif (vehicle.arrived > vehicle.departed and vehicle.arrived == position) or (
        ahead_m <= AT_STOP_M and standing and pattern.by_status == 0
    ):
        row.state = AT_STOP
    elif ahead_m <= APPROACHING_M or (pattern.by_status and vehicle.stop_status == 0):
        row.state = APPROACHING


@kernel
def _judge(row: Row, vehicle: Row, moment: "tuple[int, int]") -> None:
    now, down_since = moment
    age_s = now - vehicle.fix_time
    if age_s > SILENT_AFTER_S or down_since != NEVER or row.due:
        row.basis = EXTRAPOLATED
    if row.relationship in CANCELLED_RELATIONSHIPS:
        row.verdict, row.reason = NOT_COMING, CANCELLED
    elif row.state == OFF_ROUTE:
        row.basis, row.verdict, row.reason = EXTRAPOLATED, AT_RISK, LEFT_ROUTE
        if vehicle.back_count >= TURNED_AFTER:
            row.verdict, row.reason = NOT_COMING, SHORT_TURN
        elif vehicle.fix_time - vehicle.off_since > GONE_AFTER_S:
            row.verdict = NOT_COMING
    elif down_since != NEVER and now - down_since > FEED_DOWN_AT_RISK_S:
        row.verdict, row.reason = AT_RISK, FEED_DOWN
    elif row.state != NOT_DEPARTED and age_s > max(AT_RISK_AFTER_S, 2 * vehicle.gap_s):
        row.verdict, row.reason = AT_RISK, SILENT


@kernel
def _find_detour(row: Row, pattern: Row, calls: Rows, hops: Rows) -> None:
    """Note whether vehicles drive around a call that is still ahead."""
    for k in range(row.next_position, pattern.call_count):
        hop = calls[pattern.call_first + k].hop
        if hop >= 0 and hops[hop].missed >= MISSED_BY:
            row.detour = 1
            if row.reason == REASON_NONE:
                row.reason = DETOUR


@kernel
def _follow_on(
    rows: Rows, count: int, who: "tuple[Row, int]", tables: "tuple[Rows, Rows, Rows]", present: "tuple[int, int, int]"
) -> int:
    """Tell of the next trip of the vehicle's block where its layover is short."""
    vehicle, number = who
    patterns, trips, timings = tables
    pattern, trip, onward = patterns[vehicle.pattern], trips[vehicle.trip], trips[vehicle.next_trip]
    ends_s = vehicle.start_s + timings[trip.timing_first + pattern.call_count - 1].arrival_s
    starts_at = vehicle.service_start + onward.start_s
    if onward.start_s - ends_s > LAYOVER_MAX_S or starts_at > present[2] + HORIZON_S or count == len(rows):
        return count
    row = rows[count]
    _fill(row, vehicle, number)
    row.pattern, row.trip, row.start_s = onward.pattern, vehicle.next_trip, onward.start_s
    row.state, row.basis, row.due, row.after = NOT_DEPARTED, EXTRAPOLATED, 1, present[0]
    row.onward, row.relationship, row.has_start = 1, 0, 1
    row.next_position = 0
    row.revision = 0
    row.progress_m = 0.0
    row.valid_until = vehicle.fix_time + present[1]
    return count + 1
