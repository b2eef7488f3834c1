"""Which vehicle runs what on a service day: every call of the day as one row, a vehicle's rows in its order."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from simulators.city.changed_runs import find_added, find_cancelled, find_served
from simulators.city.conditions import USUAL, Conditions
from transit.timetable.compiled import Flags, Floats, Ints, Timetable

Rows = npt.NDArray[np.int64]
NO_START_TIME = -1
ADDED_MARK = "-added"
"""Ends the trip id of a run that the timetable does not have."""
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
    is_added: Flags
    """No timetable has them: they make the calls of ``trip`` at other times."""


@dataclass(frozen=True, kw_only=True)
class Duties:
    """All calls of a service day, run after run. Rows ``[offset[d], offset[d + 1])`` are duty ``d``'s.

    What is kept is a row for each run. The columns by call (``call``, ``aimed_arrival``, ...) are made when first asked
    for: a large city has tens of millions of calls a day, and asks by ``run_of`` and ``call_of`` instead.
    """

    timetable: Timetable
    day: int
    starts_at: int
    """POSIX seconds from which the service day counts."""
    offset: Rows
    run_offset: Rows
    """The runs ``[run_offset[d], run_offset[d + 1])`` are duty ``d``'s."""
    row_offset: Rows
    """The rows ``[row_offset[r], row_offset[r + 1])`` are run ``r``'s."""
    runs: Runs
    cancelled: Runs
    """Runs of the timetable that no vehicle drives."""
    first_served: Ints
    last_served: Ints
    """For each run the positions at which it begins and ends, short turns minded."""

    def __len__(self) -> int:
        return int(self.row_offset[-1])

    def run_of(self, rows: Rows) -> Rows:
        """The run that each of ``rows`` is a call of."""
        return np.searchsorted(self.row_offset, rows, "right") - 1

    def call_of(self, rows: Rows) -> Rows:
        """The call of the timetable that each of ``rows`` makes."""
        run = self.run_of(rows)
        return self.first_call[run] + rows - self.row_offset[run]

    def is_last_of(self, rows: Rows) -> Flags:
        """Which of ``rows`` are their runs' last calls."""
        return np.asarray(self.row_offset[self.run_of(rows) + 1] - 1 == rows)

    def aimed_arrival_of(self, rows: Rows) -> Floats:
        """When the timetable has each of ``rows`` reached, POSIX seconds."""
        run = self.run_of(rows)
        timing = self.first_timing[run] + rows - self.row_offset[run]
        start_s = self.runs.start_s[run].astype(np.float64)
        return np.asarray(self.starts_at + start_s + self.timetable.timing_arrival_s[timing])

    @cached_property
    def first_call(self) -> Rows:
        """For each run the call of the timetable at which it begins."""
        pattern = self.timetable.trip_pattern[self.runs.trip]
        return self.timetable.pattern_call_offset[pattern].astype(np.int64) + self.first_served

    @cached_property
    def first_timing(self) -> Rows:
        """The same as a row of the timings."""
        timing = self.timetable.trip_timing[self.runs.trip]
        return self.timetable.timing_offset[timing].astype(np.int64) + self.first_served

    @cached_property
    def run(self) -> Rows:
        """The run of each row."""
        return np.repeat(np.arange(len(self.runs.trip)), np.diff(self.row_offset))

    @cached_property
    def duty(self) -> Ints:
        """The vehicle's number of each row."""
        return self.runs.duty[self.run]

    @cached_property
    def call(self) -> Rows:
        """The call of the timetable of each row."""
        return self.call_of(np.arange(len(self)))

    @cached_property
    def aimed_arrival(self) -> Floats:
        """POSIX seconds of each row."""
        return self.aimed_arrival_of(np.arange(len(self)))

    @cached_property
    def aimed_departure(self) -> Floats:
        """POSIX seconds of each row."""
        timing = self.first_timing[self.run] + np.arange(len(self)) - self.row_offset[self.run]
        start_s = self.runs.start_s[self.run].astype(np.float64)
        return np.asarray(self.starts_at + start_s + self.timetable.timing_departure_s[timing])

    @cached_property
    def is_first(self) -> Flags:
        """Which rows are their runs' first calls."""
        return np.asarray(np.isin(np.arange(len(self)), self.row_offset[:-1]))

    @cached_property
    def is_last(self) -> Flags:
        """Which rows are their runs' last calls."""
        return np.asarray(np.isin(np.arange(len(self)), self.row_offset[1:] - 1))


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
    trip, whose, start, by_frequency = (column[order].astype(np.int32) for column in (trips, duty, starts, made))
    return Runs(trip, whose, start, by_frequency, is_added=np.zeros(len(trip), np.bool_))


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
    cancelled = _choose(planned, np.flatnonzero(dropped))
    runs = _with_added(planned, np.flatnonzero(~dropped), seed + day, conditions)
    first, last = find_served(seed + day, conditions, timetable, runs.trip, runs.duty)
    calls = (last - first + 1).astype(np.int64)
    row_offset = np.append(0, np.cumsum(calls))
    duties = max(int(planned.duty.max(initial=-1)), int(runs.duty.max(initial=-1))) + 1
    run_offset = np.searchsorted(runs.duty, np.arange(duties + 1))
    return Duties(
        timetable=timetable,
        day=day,
        starts_at=day_starts_at(day, timetable.timezone),
        offset=row_offset[run_offset],
        run_offset=run_offset,
        row_offset=row_offset,
        runs=runs,
        cancelled=cancelled,
        first_served=first,
        last_served=last,
    )


def _choose(runs: Runs, chosen: Rows) -> Runs:
    """Those runs, in their order."""
    return Runs(
        runs.trip[chosen],
        runs.duty[chosen],
        runs.start_s[chosen],
        runs.frequency_start_s[chosen],
        runs.is_added[chosen],
    )


def _with_added(planned: Runs, kept: Rows, seed: int, conditions: Conditions) -> Runs:
    """The planned runs that are kept, and after them what the control centre adds, each with a vehicle of its own."""
    runs = _choose(planned, kept)
    by_frequency = runs.frequency_start_s != NO_START_TIME
    chosen, starts_s = find_added(seed, conditions, runs.trip, runs.start_s, by_frequency=by_frequency)
    if not len(chosen):
        return runs
    fresh = int(planned.duty.max(initial=-1)) + 1 + np.arange(len(chosen), dtype=np.int32)
    added = Runs(
        runs.trip[chosen],
        fresh,
        starts_s,
        np.full(len(chosen), NO_START_TIME, np.int32),
        np.ones(len(chosen), np.bool_),
    )
    return Runs(*(np.concatenate((getattr(runs, each.name), getattr(added, each.name))) for each in fields(Runs)))


def write_start_time(start_s: int) -> str | None:
    """HH:MM:SS of a run that a frequency makes; ``None`` for others."""
    if start_s == NO_START_TIME:
        return None
    return f"{start_s // 3600:02d}:{start_s // 60 % 60:02d}:{start_s % 60:02d}"


def name_trip(timetable: Timetable, runs: Runs, run: int) -> str:
    """The id under which a run's trip is known: the timetable's, or that of an added one."""
    trip_id = timetable.trip_id[int(runs.trip[run])]
    return f"{trip_id}{ADDED_MARK}" if runs.is_added[run] else trip_id
