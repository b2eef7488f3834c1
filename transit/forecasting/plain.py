"""The plain predictor: hop times as learned and scheduled, summed from where the vehicle is.

``forecast_runs`` is the seam behind which a better predictor may stand: from how each run stands, the line's state and
tables and the time alone, to p10, p50 and p90 of each arrival and departure ahead.
"""

import math
from typing import Final

import numpy as np

from schemas.line_forecasts import HORIZON_S, NO_TIME
from transit.tracking.hop_times import expected_hop_log, scheduled_hop_s
from transit.tracking.kernels import kernel
from transit.tracking.standing import AT_STOP, FINISHED, NO_DELAY, NOT_DEPARTED
from transit.tracking.state import NEVER, RECENT_LAGS, Row, Rows

STOP_SHARE_S: Final = 16.0
"""This much of a hop's time is spent at its end, before the stop's place is crossed: vehicles stop short of it."""

TURNAROUND_S: Final = 60.0
"""The least a vehicle needs between two trips."""

SOON_S: Final = 15.0
"""A departure that is overdue is expected this far ahead, again and again until it happens."""

DWELL_BUS_S: Final = 10.0
DWELL_RAIL_S: Final = 30.0

_HOP_SPREAD: Final = 0.35
_TRAFFIC_SPREAD: Final = 0.11
_PLACE_SPREAD_S: Final = 10.0
_TERMINAL_SPREAD_S: Final = 90.0
_Z90: Final = 1.2816
_LATEST_S: Final = 32_000.0
NO_TIME_AHEAD: Final = -1e9


@kernel
def forecast_runs(
    standing: Rows,
    count: int,
    state: "tuple[Rows, Rows, Rows, Rows, Rows, Rows]",
    tables: "tuple[Rows, Rows, Rows, Rows, Rows]",
    ahead: "tuple[int, np.ndarray]",
) -> int:
    """Forecast every call ahead of each run to the horizon; ``ahead`` is (poll time, rows of six columns).

    Fills ``call_count`` and ``delay_s`` of ``standing`` and returns how many rows of times were written. A row of
    ``standing`` that follows another of its vehicle comes after it.
    """
    vehicles, _, hops, _, line, lags = state
    _, calls, patterns, trips, timings = tables
    now, times = ahead
    ends = np.zeros(count, np.float64)
    spreads = np.zeros(count, np.float64)
    written = 0
    for i in range(count):
        row = standing[i]
        if row.state == FINISHED:
            continue
        vehicle, pattern = vehicles[row.vehicle], patterns[row.pattern]
        way = (calls, pattern, trips[row.trip], timings, hops, line[0])
        start = _start(row, vehicle, way, lags[pattern.direction], now)
        if row.after >= 0:
            ready = ends[row.after] + TURNAROUND_S
            if standing[row.after].call_count == 0 or ends[row.after] > now + HORIZON_S:
                continue
            if ready > start[1]:
                start = (start[0], ready, spreads[row.after] + _TERMINAL_SPREAD_S)
        first = written
        written, ends[i], spreads[i] = _roll_out(row, way, start, (now, times, written))
        row.call_count = written - first
    return written


@kernel
def _start(row: Row, vehicle: Row, way: "tuple[Row, ...]", lags: Rows, now: int) -> "tuple[float, float, float]":
    """When the vehicle reaches its next call (NaN: it is there), when it leaves it (NaN: not settled), spread (s)."""
    calls, pattern = way[0], way[1]
    k = int(row.next_position)
    if row.state == NOT_DEPARTED:
        ready = float(vehicle.ready_time) if row.due else 0.0
        return np.nan, max(_departure(row, lags, now), ready), _TERMINAL_SPREAD_S
    if row.state == AT_STOP and vehicle.arrived == k:
        stood_s = max(0.0, float(now - max(vehicle.arrived_time, vehicle.first_seen)))
        usual_s = DWELL_RAIL_S if pattern.by_status else DWELL_BUS_S
        # who has stood long will stand longer: never count a hold down
        return np.nan, now + max(usual_s - stood_s, 0.25 * min(stood_s, 120.0), 4.0), _PLACE_SPREAD_S + 0.3 * stood_s
    if k == 0:
        return float(now), float(now) + SOON_S, _TERMINAL_SPREAD_S
    hop_s = _hop_s(way, k)
    back_m, here_m = calls[pattern.call_first + k - 1].progress_m, calls[pattern.call_first + k].progress_m
    left = min(max((here_m - row.progress_m) / max(here_m - back_m, 1.0), 0.0), 1.0)
    since = float(vehicle.fix_time)
    if pattern.by_status and vehicle.departed_time != NEVER and vehicle.departed == k - 1:
        gone_s = now - vehicle.departed_time
        run_s = max(hop_s - DWELL_RAIL_S, 0.5 * hop_s) if k > 1 else hop_s
        left = min(left, max(1.0 - gone_s / max(run_s, 1.0), 0.0))
        arrival = now + left * run_s
    else:
        stop_s = min(STOP_SHARE_S, 0.6 * hop_s)
        arrival = since + stop_s + (hop_s - stop_s) * left
    overdue_s = now - arrival
    if overdue_s > 0.0:
        arrival = now + min(5.0 + 0.25 * overdue_s, 120.0)
    return arrival, np.nan, _PLACE_SPREAD_S + 0.25 * (now - since)


@kernel
def _departure(row: Row, lags: Rows, now: int) -> float:
    """When a waiting vehicle leaves: its time and the median lag of late, among those that waited as long as it has."""
    if not row.scheduled:
        return now + 60.0
    due = row.service_start + row.start_s
    waited_s = max(0, now - due)
    kept = np.empty(RECENT_LAGS, np.float64)
    count = 0
    for i in range(RECENT_LAGS):
        if lags[i].at != NEVER and lags[i].lag_s > waited_s:
            kept[count] = min(lags[i].lag_s, 900)
            count += 1
    lag_s = 0.0
    if count > 0:
        lag_s = np.median(kept[:count])
    return float(max(due + lag_s, now + SOON_S))


@kernel
def _hop_s(way: "tuple[Row, ...]", position: int) -> float:
    """Seconds expected for the hop that ends at a position."""
    calls, pattern, trip, timings, hops, line = way
    scheduled_s = scheduled_hop_s(timings, trip.timing_first, position)
    hop = calls[pattern.call_first + position].hop
    return math.exp(expected_hop_log(hops[hop], line, scheduled_s))


@kernel
def _roll_out(
    row: Row,
    way: "tuple[Row, ...]",
    start: "tuple[float, float, float]",
    out: "tuple[int, np.ndarray, int]",
) -> "tuple[int, float, float]":
    """Sum hop after hop; returns rows written so far, when the last call is reached and how surely (s)."""
    calls, pattern, trip, timings = way[0], way[1], way[2], way[3]
    now, times, written = out
    k = int(row.next_position)
    began = row.service_start + row.start_s
    dwell_s = DWELL_RAIL_S if pattern.by_status else DWELL_BUS_S
    arrival, departure, spread0 = start
    variance = spread0 * spread0
    origin = float(now)
    last = np.zeros(3)
    while k < pattern.call_count:
        scheduled = timings[trip.timing_first + k]
        seen = math.isnan(arrival)
        if (not seen and arrival > now + HORIZON_S) or (seen and departure > now + HORIZON_S):
            break
        if math.isnan(departure):
            departure = arrival + dwell_s
            if calls[pattern.call_first + k].timepoint and row.scheduled:
                departure = max(departure, min(float(began + scheduled.departure_s), arrival + 120.0))
        if row.delay_s == NO_DELAY and row.scheduled:
            row.delay_s = int(
                departure - began - scheduled.departure_s if seen else arrival - began - scheduled.arrival_s
            )
        come = departure if seen else arrival
        ahead_s = max(come - origin, 0.0)
        spread_s = math.sqrt(variance + (_TRAFFIC_SPREAD * ahead_s) ** 2)
        _write(times[written], 0, NO_TIME_AHEAD if seen else arrival - now, spread_s, last)
        ends_here = k == pattern.call_count - 1
        _write(times[written], 3, NO_TIME_AHEAD if ends_here else departure - now, spread_s, last)
        written += 1
        k += 1
        if k < pattern.call_count:
            hop_s = _hop_s(way, k)
            variance += (_HOP_SPREAD * hop_s) ** 2
            if seen:
                run_s = hop_s if k == 1 else max(hop_s - dwell_s, 0.5 * hop_s)
                arrival = departure + run_s
            else:
                arrival = max(arrival + hop_s, departure + 0.3 * hop_s)
            departure = np.nan
        else:
            return written, come, spread_s
    return written, np.inf, math.sqrt(variance)


@kernel
def _write(times: "np.ndarray", column: int, ahead_s: float, spread_s: float, last: "np.ndarray") -> None:
    """Write p10, p50, p90, none before now and none before the one written last of its kind."""
    if ahead_s == NO_TIME_AHEAD:
        times[column] = times[column + 1] = times[column + 2] = NO_TIME
        return
    for q in range(3):
        value = ahead_s + (q - 1) * _Z90 * spread_s
        last[q] = min(max(value, last[q], 0.0), _LATEST_S)
        times[column + q] = np.int16(math.floor(last[q] + 0.5))
