"""Which vehicle runs what on a service day: every call of the day as one row, a vehicle's rows in its order."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from simulators.city.changed_runs import find_cancelled, find_served
from simulators.city.conditions import USUAL, Conditions
from transit.timetable.compiled import Floats, Ints, Timetable

NO_START_TIME = -1
_LAYOVER_MIN_S = 180
_LAYOVER_MAX_S = 2700
_TERMINAL_CELLS_PER_DEG = 250
"""Ends of lines within some 400 m of each other are one place to a depot."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one service day in the order their vehicles drive them; ``duty`` is the vehicle's number."""

    trip: Ints
    duty: Ints
    start_s: Ints
    """Seconds of the service day."""
    frequency_start_s: Ints
    """The same for runs that a frequency makes, else ``NO_START_TIME``."""


@dataclass(frozen=True, slots=True)
class Duties:
    """All calls of a service day. Rows ``[offset[d], offset[d + 1])`` are duty ``d``'s; times are POSIX seconds."""

    day: int
    offset: Ints
    duty: Ints
    run: Ints
    call: Ints
    aimed_arrival: Floats
    aimed_departure: Floats
    is_first: Ints
    is_last: Ints
    runs: Runs
    cancelled: Runs
    """Runs of the timetable that no vehicle drives."""
    first_served: Ints
    last_served: Ints
    """For each run the positions at which it begins and ends, short turns minded."""


def day_starts_at(day: int, timezone: str) -> int:
    """The POSIX second from which a service day counts: noon less twelve hours, as GTFS has it."""
    noon = datetime.combine(date.fromordinal(day), time(12), ZoneInfo(timezone))
    return round((noon - timedelta(0)).timestamp()) - 12 * 3600


def list_runs(timetable: Timetable, day: int) -> Runs:
    """The runs of ``day``, chained to vehicles by their blocks, and by place where there are none."""
    trips, starts, made = _expand(timetable, day)
    duty = np.full(len(trips), -1, np.int64)
    block = timetable.trip_block[trips].astype(np.int64)
    with_block = block >= 0
    if with_block.any():
        duty[with_block] = np.unique(block[with_block], return_inverse=True)[1]
    _chain_by_place(timetable, trips, starts, duty)
    order = np.lexsort((trips, starts, duty))
    return Runs(*(column[order].astype(np.int32) for column in (trips, duty, starts, made)))


def _expand(timetable: Timetable, day: int) -> tuple[Ints, Ints, Ints]:
    """Trips in service on ``day`` with their starts; a trip run by frequency stands once for each departure."""
    services = [
        service
        for service in range(len(timetable.service_id))
        if day
        in timetable.service_day[timetable.service_day_offset[service] : timetable.service_day_offset[service + 1]]
    ]
    in_service = np.isin(timetable.trip_service, services)
    plain = np.flatnonzero(in_service & ~timetable.trip_has_frequency)
    parts = [(plain, timetable.trip_start_s[plain], np.full(len(plain), NO_START_TIME))]
    for row, trip in enumerate(timetable.frequency_trip):
        if in_service[trip]:
            starts = np.arange(
                timetable.frequency_start_s[row],
                timetable.frequency_end_s[row],
                max(60, timetable.frequency_headway_s[row]),
            )
            parts.append((np.full(len(starts), trip), starts, starts))
    trips, starts, made = (np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True))
    return trips, starts, made


def _chain_by_place(timetable: Timetable, trips: Ints, starts: Ints, duty: npt.NDArray[np.int64]) -> None:
    """Give each run without a duty a vehicle that has come to rest where it starts, or a fresh one."""
    free = np.flatnonzero(duty < 0)
    free = free[np.lexsort((trips[free], starts[free]))]
    fresh = int(duty.max(initial=-1)) + 1
    pattern = timetable.trip_pattern[trips]
    group = timetable.line_group[timetable.pattern_line[pattern]]
    first = timetable.call_stop[timetable.pattern_call_offset[pattern]]
    last = timetable.call_stop[timetable.pattern_call_offset[pattern + 1] - 1]
    ends = starts + timetable.timing_arrival_s[timetable.timing_offset[timetable.trip_timing[trips] + 1] - 1]
    cell = np.round(np.stack((timetable.stop_latitude, timetable.stop_longitude)) * _TERMINAL_CELLS_PER_DEG).astype(
        np.int64
    )
    resting: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    for run in free.tolist():
        here = (int(group[run]), int(cell[0, first[run]]), int(cell[1, first[run]]))
        start = int(starts[run])
        ready = [each for each in resting[here] if each[0] + _LAYOVER_MIN_S <= start <= each[0] + _LAYOVER_MAX_S]
        if ready:
            chosen = max(ready)
            resting[here].remove(chosen)
            duty[run] = chosen[1]
        else:
            duty[run] = fresh
            fresh += 1
        there = (int(group[run]), int(cell[0, last[run]]), int(cell[1, last[run]]))
        resting[there].append((int(ends[run]), int(duty[run])))


def lay_out_duties(timetable: Timetable, day: int, seed: int = 0, conditions: Conditions = USUAL) -> Duties:
    """Every call of ``day`` by vehicle; no rows at all on a day without service."""
    planned = list_runs(timetable, day)
    dropped = find_cancelled(seed + day, conditions, planned.duty)
    runs, cancelled = _choose(planned, ~dropped), _choose(planned, dropped)
    first, last = find_served(seed + day, conditions, timetable, runs.trip, runs.duty)
    pattern = timetable.trip_pattern[runs.trip]
    counts = (last - first + 1).astype(np.int64)
    run = np.repeat(np.arange(len(runs.trip)), counts)
    begins = np.cumsum(counts) - counts
    position = np.arange(len(run)) - begins[run] + first[run]
    timing = timetable.timing_offset[timetable.trip_timing[runs.trip]][run] + position
    starts_at = day_starts_at(day, timetable.timezone) + runs.start_s[run].astype(np.float64)
    duty = runs.duty[run]
    duties = int(planned.duty.max(initial=-1)) + 1
    return Duties(
        day=day,
        offset=np.searchsorted(duty, np.arange(duties + 1)).astype(np.int32),
        duty=duty,
        run=run.astype(np.int32),
        call=(timetable.pattern_call_offset[pattern][run] + position).astype(np.int32),
        aimed_arrival=starts_at + timetable.timing_arrival_s[timing],
        aimed_departure=starts_at + timetable.timing_departure_s[timing],
        is_first=(position == first[run]).astype(np.int32),
        is_last=(position == last[run]).astype(np.int32),
        runs=runs,
        cancelled=cancelled,
        first_served=first,
        last_served=last,
    )


def _choose(runs: Runs, chosen: npt.NDArray[np.bool_]) -> Runs:
    """Those runs, in their order."""
    return Runs(runs.trip[chosen], runs.duty[chosen], runs.start_s[chosen], runs.frequency_start_s[chosen])
