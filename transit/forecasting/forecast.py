"""Forecasts: from how a line's runs stand to p10, p50 and p90 of each arrival and departure ahead."""

import math
from typing import Final

import numpy as np

from schemas.line_forecasts import HORIZON_S, NO_TIME
from transit.forecasting.between_reports import still_ahead_s
from transit.forecasting.corrections import DWELL_BUS_S, skew_s
from transit.forecasting.first_stop import TOLD_SHARE, WAY_SHARE, first_departure
from transit.forecasting.hop_seconds import bus_hop_s, far, own_pace_log
from transit.forecasting.in_hop import bus_arrival
from transit.forecasting.in_train_hop import train_arrival
from transit.forecasting.memory import BINS
from transit.forecasting.places import learn_places, name_place, note_place
from transit.forecasting.promises import keep_promises, learn_spread, seen_late_s, spread_at
from transit.forecasting.spots import forget_way, learn_spots
from transit.forecasting.steadiness import give_reason, settle
from transit.forecasting.train_first_stop import comes_to_start, train_departure
from transit.forecasting.train_hops import dwell_left_s, dwell_s, note_pace, run_s, train_hop_s, train_pace_log
from transit.forecasting.usual_stand import note_held
from transit.forecasting.way_back import back_at
from transit.tracking.falling_back import falls_back_s
from transit.tracking.holding import hold_s
from transit.tracking.kernels import kernel
from transit.tracking.standing import AT_STOP, FINISHED, NOT_DEPARTED, REASON_NONE
from transit.tracking.state import NEVER, Row, Rows

TURNAROUND_S: Final = 60.0
"""The least a vehicle needs between two trips."""

FALLS_BACK_NEAR: Final = 0.5
"""What is told of a wait near by: of one that may be long or none the median is less than the mean."""

_LATEST_S: Final = 32_000.0
HELD_WIDER_MAX_S: Final = 900.0
ONWARD_LATE_S: Final = 300.0
"""A train's next trip leaves no later than this after its time because of the present one: else another takes it."""

skew_of = kernel(skew_s)


def make_room(runs: int, calls: int) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """What ``forecast_runs`` needs for so many runs of at most so many calls: their ends, calls, the spread."""
    return np.zeros(runs), np.zeros((calls, 2)), np.zeros((2 * BINS, 2))


@kernel
def forecast_runs(
    standing: Rows,
    count: int,
    state: "tuple[tuple[Rows, ...], tuple[Rows, Rows, Rows, Rows], tuple[Rows, Rows, Rows]]",
    tables: "tuple[Rows, Rows, Rows, Rows, Rows]",
    ahead: "tuple[int, np.ndarray, bool]",
    room: "tuple[np.ndarray, np.ndarray, np.ndarray]",
) -> int:
    """Forecast every call ahead of each run to the horizon.

    ``ahead`` is (poll time, rows of six columns, whether a vehicle of the line passed a stop since the last poll),
    ``state`` what tracking knows (of the line for each direction: transit.forecasting.pace_by_starts), what forecasting
    remembers, and what earlier days taught (transit.tracking.past), ``room`` that of ``make_room``. Fills
    ``call_count`` and ``delay_s`` of ``standing`` and returns how many rows of times were written. A row of
    ``standing`` that follows another of its vehicle comes after it.
    """
    vehicles, _, hops, passings, lines, lags = state[0]
    memories, places, spots, errors = state[1]
    past_hops, past_lags, past_places = state[2]
    _, calls, patterns, trips, timings = tables
    now, times, others = ahead
    ends, come, spread = room
    ends[:count] = 0.0
    written, is_rail = 0, False
    for i in range(count):
        row = standing[i]
        is_rail = is_rail or patterns[row.pattern].by_status != 0
        if row.after < 0 and not row.due:
            pattern = patterns[row.pattern]
            way = (calls, pattern, trips[row.trip], timings, hops, passings, _line_of(lines, pattern), past_hops)
            _remember(memories[row.vehicle], vehicles[row.vehicle], way, (places, spots, errors), now)
    spread[:] = 0.0
    learn_spread(memories, errors, (now, is_rail), spread)
    for i in range(count):
        row = standing[i]
        if row.state == FINISHED:
            continue
        vehicle, pattern, memory = vehicles[row.vehicle], patterns[row.pattern], memories[row.vehicle]
        way = (calls, pattern, trips[row.trip], timings, hops, passings, _line_of(lines, pattern), past_hops)
        if row.after < 0 and not row.due:
            note_held(row, vehicle, way, now)
        departed = (lags, past_lags[row.pattern], now)
        start = _start(row, vehicle, way, (memory, (places, past_places), spots), departed)
        if row.after >= 0:
            if standing[row.after].call_count == 0 or ends[row.after] > now + HORIZON_S:
                continue
            start = (start[0], max(start[1], _onward_at(row, pattern, ends[row.after])))
        who = (vehicle, memory, (places, past_places), spots)
        row.call_count, ends[i] = _roll_out(row, who, way, start, (now, come))
        if row.state == NOT_DEPARTED and row.after < 0 and row.call_count > 0 and not pattern.by_status:
            come[0, 1] = _leaves_at(row, vehicle, way, departed, TOLD_SHARE)
        _steady(row, standing, (vehicle, memory), come, (now, pattern.by_status != 0, others))
        _note_delay(row, way, come)
        band = (spread, seen_late_s(float(vehicle.gap_s), pattern.by_status != 0))
        written = _write_run(row, way, come, band, (now, times, written))
    return written


@kernel
def _line_of(lines: Rows, pattern: Row) -> Row:
    """What the line has learned of a pattern's direction; a bus line's two are one."""
    return lines[1 if pattern.direction == 1 and len(lines) > 1 else 0]


@kernel
def _steady(
    row: Row, standing: Rows, who: "tuple[Row, Row]", come: "np.ndarray", when: "tuple[int, bool, bool]"
) -> None:
    """Steady what is told of a run (``when`` as in ``settle``); a vehicle's next run moves as its present one does."""
    first, last = int(row.next_position), int(row.next_position + row.call_count)
    if row.after >= 0:
        row.revision = standing[row.after].revision
    elif row.due:
        give_reason(row, (0.0, True, when[2]))
    else:
        settle(row, who, come, (first, last), when)


@kernel
def _note_delay(row: Row, way: "tuple[Row, ...]", come: "np.ndarray") -> None:
    """How late the run is at the next call, as far as its timetable goes."""
    if not row.scheduled or row.call_count == 0:
        return
    k = int(row.next_position)
    scheduled = way[3][way[2].timing_first + k]
    began = row.service_start + row.start_s
    arrives = not math.isnan(come[k, 0])
    row.delay_s = int(
        come[k, 0] - began - scheduled.arrival_s if arrives else come[k, 1] - began - scheduled.departure_s
    )


@kernel
def _write_run(
    row: Row,
    way: "tuple[Row, ...]",
    come: "np.ndarray",
    band: "tuple[np.ndarray, tuple[float, float]]",
    out: "tuple[int, np.ndarray, int]",
) -> int:
    """Write p10, p50 and p90 of each call, none before now and none before the one before it.

    ``band`` is the spread, and how late vehicles are seen (``seen_late_s``).
    """
    now, times, written = out
    pattern = way[1]
    first = int(row.next_position)
    waiting = row.state == NOT_DEPARTED or row.after >= 0
    early = told = late = 0.0
    for k in range(first, first + row.call_count):
        if _glued_from(way, k, first) >= 0:
            early = told = late = 0.0
        for side in range(2):
            column = 3 * side
            if math.isnan(come[k, side]) or (side == 1 and k == pattern.call_count - 1):
                times[written, column] = times[written, column + 1] = times[written, column + 2] = NO_TIME
                continue
            ahead_s = come[k, side] - now
            early_s, late_s = spread_at(band[0], ahead_s, waiting, band[1])
            # who has stood for long may stand as long again
            if row.reason != REASON_NONE:
                late_s += min(float(row.held_s), HELD_WIDER_MAX_S)
            early = min(max(ahead_s + early_s, early, 0.0), _LATEST_S)
            told = min(max(ahead_s, told, 0.0), _LATEST_S)
            late = min(max(ahead_s + late_s, late, 0.0), _LATEST_S)
            times[written, column] = np.int16(math.floor(early + 0.5))
            times[written, column + 1] = np.int16(math.floor(told + 0.5))
            times[written, column + 2] = np.int16(math.floor(late + 0.5))
        written += 1
    return written


@kernel
def _remember(memory: Row, vehicle: Row, way: "tuple[Row, ...]", learned: "tuple[Rows, Rows, Rows]", now: int) -> None:
    """Bring a vehicle's memory up to this message: learn from what it passed, note where it is."""
    calls, pattern = way[0], way[1]
    places, spots, errors = learned
    if memory.run_key != vehicle.run_key:
        memory.run_key = vehicle.run_key
        memory.place = 0
        memory.trail_place[:] = 0
        memory.promised_at[:] = 0
        memory.arrived = vehicle.arrived
        memory.told_at = 0.0
        memory.due_since = NEVER
    if vehicle.arrived != memory.arrived:
        memory.due_since = NEVER
        came_at = float(vehicle.arrived_time) if vehicle.arrived_time != NEVER else 0.0
        keep_promises(memory, errors, int(vehicle.arrived), came_at)
    if not pattern.by_status:
        if vehicle.arrived != memory.arrived:
            _learn_bus_way(memory, vehicle, way, spots)
        memory.arrived = vehicle.arrived
        return
    if vehicle.arrived != memory.arrived:
        if vehicle.arrived == memory.arrived + 1 and vehicle.arrived_time != NEVER:
            learn_places(memory, places, vehicle.arrived_time)
            note_pace(vehicle, way)
        memory.trail_place[:] = 0
        memory.place = 0
        memory.arrived = vehicle.arrived
    position = vehicle.arrived + 1
    if position < pattern.call_count and position > 0:
        call = calls[pattern.call_first + position]
        standing = 3 if vehicle.departed < vehicle.arrived else int(vehicle.stop_status)
        note_place(memory, name_place(call.hop_name, standing, float(vehicle.latitude), float(vehicle.longitude)), now)


@kernel
def _learn_bus_way(memory: Row, vehicle: Row, way: "tuple[Row, ...]", spots: Rows) -> None:
    """A bus came to a call: compare what was said on the way to it, if it is the next one."""
    calls, pattern = way[0], way[1]
    hop = calls[pattern.call_first + vehicle.arrived].hop if vehicle.arrived > 0 else -1
    if hop >= 0 and vehicle.arrived == memory.arrived + 1 and vehicle.arrived_time != NEVER:
        learn_spots(memory, spots, hop, vehicle.arrived_time)
    forget_way(memory)


@kernel
def _start(
    row: Row,
    vehicle: Row,
    way: "tuple[Row, ...]",
    memory: "tuple[Row, tuple[Rows, Rows], Rows]",
    when: "tuple[Rows, Row, int]",
) -> "tuple[float, float]":
    """When the vehicle reaches its next call (NaN: it is there), when it leaves it (NaN: not settled)."""
    pattern = way[1]
    now = when[2]
    position = int(row.next_position)
    if row.state == NOT_DEPARTED:
        leaves_at = _leaves_at(row, vehicle, way, when, WAY_SHARE)
        if pattern.by_status and row.after < 0:
            ready_at = float(vehicle.ready_time) if row.due else 0.0
            leaves_at = max(leaves_at, comes_to_start(vehicle, way[0][pattern.call_first], ready_at))
        return np.nan, leaves_at
    if position == 0:
        return float(now), now + 15.0
    if row.state == AT_STOP and vehicle.arrived == position:
        if pattern.by_status:
            came_at = vehicle.arrived_time if vehicle.arrived_time != NEVER else memory[0].shown
            stood_s = max(0.0, float(now - came_at))
            return np.nan, now + max(dwell_left_s(way, position, stood_s), 2.0)
        return np.nan, now + 5.0
    if pattern.by_status:
        return train_arrival(row, vehicle, way, (memory[0], memory[1]), (position, now)), np.nan
    return bus_arrival(row, vehicle, way, (memory[0], memory[2]), (position, now)), np.nan


@kernel
def _leaves_at(row: Row, vehicle: Row, way: "tuple[Row, ...]", when: "tuple[Rows, Row, int]", share: float) -> float:
    """When a waiting vehicle leaves its first stop, that share of departures being earlier."""
    lags, past, now = when
    pattern = way[1]
    ready = float(vehicle.ready_time) if row.due else 0.0
    if pattern.by_status:
        return max(train_departure(row, (lags, past), pattern.direction, now), ready)
    if not row.due:
        ready = max(ready, back_at(vehicle, way[0][pattern.call_first], share >= WAY_SHARE))
    speed_mps = np.nan if row.due else np.float64(vehicle.speed_mps)
    return max(first_departure(row, (lags, past), (now, vehicle.fix_time), (speed_mps, share)), ready)


@kernel
def _onward_at(row: Row, pattern: Row, ends_at: float) -> float:
    """When the vehicle is ready for its next trip, the present one ending then."""
    ready_at = ends_at + TURNAROUND_S
    if pattern.by_status:
        return min(ready_at, float(row.service_start + row.start_s) + ONWARD_LATE_S)
    return float(ready_at)


@kernel
def _next_arrival(
    row: Row,
    who: "tuple[Row, Row, tuple[Rows, Rows], Rows]",
    way: "tuple[Row, ...]",
    at: "tuple[int, int]",
    left: "tuple[float, float]",
) -> float:
    """When the call at a position is reached; ``left`` is when the one before was reached (NaN: seen) and is left."""
    vehicle, memory, places, spots = who
    pattern = way[1]
    position, now = at
    arrival, departure = left
    stands_there = math.isnan(arrival) and row.state != NOT_DEPARTED
    if pattern.by_status:
        if stands_there:
            return train_arrival(row, vehicle, way, (memory, places), at)
        if math.isnan(arrival):
            return departure + run_s(way, position, departure - now)
        pace = train_pace_log(vehicle, position - row.next_position) if row.after < 0 else 0.0
        return arrival + train_hop_s(way, position, arrival - now) * math.exp(pace)
    if stands_there and position > 1:
        return bus_arrival(row, vehicle, way, (memory, spots), at)
    entered = departure if math.isnan(arrival) else arrival
    pace = own_pace_log(vehicle, position - row.next_position) if row.after < 0 else 0.0
    return entered + bus_hop_s(way, position, entered, (entered - now, pace))


@kernel
def _held_s(row: Row, way: "tuple[Row, ...]", position: int, when: "tuple[float, int]") -> float:
    """Seconds that a bus which could leave a call at a time (``when``: that, and now) waits for its time, or will soon.

    Where it waits nobody knows if no timepoint is marked: whether on the next hop is doubtful, that on ten hops is not.
    """
    departure, now = when
    reach = far(departure - now)
    soon = FALLS_BACK_NEAR + (1.0 - FALLS_BACK_NEAR) * reach
    return float(hold_s(row, way, position, departure) + soon * falls_back_s(row, way, position, (departure, reach)))


@kernel
def _glued_from(way: "tuple[Row, ...]", position: int, first: int) -> int:
    """Where a stop list is two lists glued together: the earlier stop that the second goes on from, else -1."""
    glued = way[0][way[1].call_first + position].glued
    if glued < 0 or position <= first + 1:
        return -1
    return int(max(glued, first))


@kernel
def _roll_out(
    row: Row,
    who: "tuple[Row, Row, tuple[Rows, Rows], Rows]",
    way: "tuple[Row, ...]",
    start: "tuple[float, float]",
    out: "tuple[int, np.ndarray]",
) -> "tuple[int, float]":
    """Fill ``out`` (now, rows) with arrival and departure of each call ahead; returns how many, and the run's end."""
    pattern = way[1]
    now, come = out
    first = k = int(row.next_position)
    arrival, departure = start
    while k < pattern.call_count:
        seen = math.isnan(arrival)
        if (departure if seen else arrival) > now + HORIZON_S:
            return k - first, np.inf
        if math.isnan(departure):
            departure = arrival + (dwell_s(way, k, arrival - now) if pattern.by_status else DWELL_BUS_S)
        held_s = 0.0 if pattern.by_status else _held_s(row, way, k, (departure, now))
        departure += held_s
        come[k, 0], come[k, 1] = arrival, departure
        k += 1
        if k == pattern.call_count:
            break
        glued = _glued_from(way, k, first)
        if glued >= 0:
            arrival = come[glued, 1] + way[0][pattern.call_first + k].usual_run_s
        else:
            # hops run from arrival to arrival, without what a vehicle is held
            arrival = _next_arrival(row, who, way, (k, now), (arrival, departure)) + held_s
        departure = np.nan
    end = arrival
    if not pattern.by_status:
        under_way = row.state != NOT_DEPARTED and row.after < 0
        for j in range(first, k):
            ahead_s = come[j, 0] - now
            shift_s = skew_of(ahead_s)
            if under_way:
                shift_s = ahead_s - still_ahead_s(ahead_s - shift_s, float(now - who[0].fix_time))
            come[j, 0] -= shift_s
            if not math.isnan(shift_s):
                come[j, 1] -= shift_s
    return k - first, end
