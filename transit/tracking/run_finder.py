"""Which run a report speaks of: the trip it names, its service day and start, or the nearest guess there is."""

from collections.abc import Collection
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np

from transit.assignment.service_days import day_meant, day_of_run, runs_on
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import find_day, parse_clock, service_date, service_day_start_s
from transit.tracking.frequency_starts import list_starts
from transit.tracking.line_tables import LineTables
from transit.tracking.nearby_runs import RunRow
from transit.tracking.pattern_guess import PatternGuess
from transit.tracking.pattern_places import Sighting, find_along, scheduled_s
from transit.tracking.state import NONE
from transit.tracking.vehicle_text import Descriptor

_ADDED: Final = 1
SCHEDULED: Final = frozenset({0, 3, 7})
"""SCHEDULED; CANCELED and DELETED are the timetable's trips too."""

PLANNED_WITHIN_S: Final = 2700
"""An added trip that the timetable knows, and has start this near to when the feed does, is the timetable's."""

BELATED_S: Final = 600
"""A start that only the feed names, and that is past by more than this when it is first named, is none."""


class Run(NamedTuple):
    """A run found: rows of the line's tables, its clock, and its words.

    ``is_scheduled`` is false where the timetable's times are not this run's own: ``trip`` then lends its hop times.
    ``has_start`` says that its start is known, by the timetable or by the feed's word.
    """

    trip: int
    pattern: int
    service_day: int
    service_start: int
    start_s: int
    is_scheduled: bool
    has_start: bool
    trip_id: str
    start_time_s: int | None
    next_trip: int

    @property
    def key(self) -> int:
        """A number that is equal for the same run, whoever runs it."""
        words = f"{self.trip_id}|{self.service_day}|{self.start_time_s}"
        return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "little")


class RunFinder:
    """Finds runs of one line group."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables
        self._guess = PatternGuess(timetable, tables)
        trip_count = len(tables.trips)
        self._onward = _next_trips(timetable, tables) if trip_count else np.zeros(0, np.int32)

    def find_run(self, named: Descriptor, seen: Sighting, taken: Collection[int] = ()) -> Run | None:
        """The run that a report names, or one made of the pattern it most likely follows; ``None`` if nothing fits.

        Where a report does not tell runs apart, it is one of those whose key is not ``taken`` if there is any. One that
        names no trip tells no run by itself (transit.tracking.unnamed_runs).
        """
        trip_row = self._timetable.trip_id.find(named.trip_id) if named.trip_id else -1
        trip = self._tables.trip_rows.get(trip_row, NONE)
        if trip != NONE and (named.relationship in SCHEDULED or self._is_planned(trip_row, named, seen.at)):
            return self._scheduled_run(trip, named, seen, taken)
        if trip != NONE:
            return self._doubled_run(trip, self._lent_run(trip, named, seen.at), named)
        if named.trip_id:
            trip = self._guess.find_trip(named, seen)
            return None if trip == NONE else self._lent_run(trip, named, seen.at)
        return None

    def _is_planned(self, trip_row: int, named: Descriptor, at: int) -> bool:
        """Whether the timetable has times of its own for a trip called added: an id of its own, a day it runs on."""
        if named.relationship != _ADDED:
            return False
        start_s = parse_clock(named.start_time)
        planned_s = int(self._timetable.trip_start_s[trip_row])
        if start_s is not None and abs(start_s - planned_s) > PLANNED_WITHIN_S:
            return False
        day = day_of_run(self._timetable, trip_row, named.start_date, at)
        return day is not None and runs_on(self._timetable, int(self._timetable.trip_service[trip_row]), day)

    def _scheduled_run(self, trip: int, named: Descriptor, seen: Sighting, taken: Collection[int]) -> Run | None:
        row = int(self._tables.trips["row"][trip])
        day = day_of_run(self._timetable, row, named.start_date, seen.at)
        if day is None:
            return None
        if self._timetable.trip_has_frequency[row]:
            written = parse_clock(named.start_time)
            starts = self._list_starts(trip, day, seen) if written is None else (written,)
            return self._first_free([(trip, day, start_s) for start_s in starts], taken)
        start_s = int(self._timetable.trip_start_s[row])
        return self._run(trip, day, start_s, None, is_scheduled=True, trip_id=named.trip_id)

    def _list_starts(self, trip: int, day: int, seen: Sighting) -> list[int]:
        """The departures of a frequency's trip on a day, likeliest first for a vehicle where it is seen."""
        pattern = int(self._tables.trips["pattern"][trip])
        along_m = find_along(self._timetable, self._tables, pattern, seen) or 0.0
        since_s = seen.at - service_day_start_s(self._timetable.timezone, day)
        row = int(self._tables.trips["row"][trip])
        return list_starts(self._timetable, row, since_s - scheduled_s(self._tables, trip, along_m))

    def run_of(self, of: RunRow) -> Run:
        """The run of a trip (row of the line's tables) on a service day that starts at a time (s of the day)."""
        trip, day, start_s = of
        row = int(self._tables.trips["row"][trip])
        start_time_s = start_s if self._timetable.trip_has_frequency[row] else None
        return self._run(trip, day, start_s, start_time_s, is_scheduled=True, trip_id=self._timetable.trip_id[row])

    def find_onward(self, trip: int, day: int) -> RunRow | None:
        """The run that follows a trip in its block on a service day, as ``run_of`` takes it; ``None`` for none."""
        onward = self._next_trip(trip, day)
        return None if onward == NONE else (onward, day, int(self._tables.trips["start_s"][onward]))

    def _first_free(self, runs: list[RunRow], taken: Collection[int]) -> Run | None:
        """The first of these runs (trip, day, start), likeliest first, that is not taken; the likeliest if all are."""
        first = None
        for each in runs:
            run = self.run_of(each)
            if run.key not in taken:
                return run
            first = first or run
        return first

    def _lent_run(self, trip: int, named: Descriptor, at: int) -> Run:
        """A run that the timetable does not have, on a trip's pattern and hop times."""
        zone = self._timetable.timezone
        written = parse_clock(named.start_time)
        day = find_day(named.start_date) if named.start_date else None
        if day is None:
            day = day_meant(zone, at, written)
        since_s = at - service_day_start_s(zone, day)
        start_s = since_s if written is None else written
        run = self._run(trip, day, start_s, None, is_scheduled=False, trip_id=named.trip_id)
        return run._replace(has_start=written is not None and written > since_s - BELATED_S)

    def _doubled_run(self, trip: int, run: Run, named: Descriptor) -> Run:
        """A trip run once more at another time: its start tells it from the one it doubles."""
        planned_s = int(self._timetable.trip_start_s[int(self._tables.trips["row"][trip])])
        written = parse_clock(named.start_time)
        return run if written in (None, planned_s) else run._replace(start_time_s=written)

    def lend_run(self, trip_id: str, start: tuple[int, int], pattern_id: str) -> Run | None:
        """A run without a trip of its own on a pattern known by its id; ``start`` is its service day and start (s)."""
        row = self._timetable.pattern_id.find(pattern_id)
        pattern = self._tables.pattern_rows.get(row, NONE)
        trips = np.flatnonzero(self._tables.trips["pattern"] == pattern)
        if pattern == NONE or not len(trips):
            return None
        day, start_s = start
        nearest = int(trips[np.argmin(np.abs(self._tables.trips["start_s"][trips] - start_s))])
        return self._run(nearest, day, start_s, None, is_scheduled=False, trip_id=trip_id)

    def _run(
        self, trip: int, day: int, start_s: int, start_time_s: int | None, *, is_scheduled: bool, trip_id: str
    ) -> Run:
        return Run(
            trip=trip,
            pattern=int(self._tables.trips["pattern"][trip]),
            service_day=day,
            service_start=service_day_start_s(self._timetable.timezone, day),
            start_s=start_s,
            is_scheduled=is_scheduled,
            has_start=is_scheduled,
            trip_id=trip_id,
            start_time_s=start_time_s,
            next_trip=self._next_trip(trip, day) if is_scheduled and start_time_s is None else NONE,
        )

    def _next_trip(self, trip: int, day: int) -> int:
        onward = int(self._onward[trip])
        while onward != NONE:
            service = int(self._timetable.trip_service[self._tables.trips["row"][onward]])
            if runs_on(self._timetable, service, day):
                return onward
            onward = int(self._onward[onward])
        return NONE

    def list_left_out(self, pattern: int, planned: tuple[int, ...]) -> tuple[int, ...]:
        """The positions of a pattern, from the first that a plan meets, at which the plan has no call."""
        return self._guess.list_left_out(pattern, planned)


def _next_trips(timetable: Timetable, tables: LineTables) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    """For each trip the one of this line group that comes next in its block, -1 for none."""
    onward = np.full(len(tables.trips), NONE, np.int32)
    for block in np.unique(tables.trips["block"]).tolist():
        if block < 0:
            continue
        chain = timetable.block_trip[timetable.block_trip_offset[block] : timetable.block_trip_offset[block + 1]]
        following = NONE
        for row in reversed(chain.tolist()):
            trip = tables.trip_rows.get(row, NONE)
            if trip != NONE:
                onward[trip], following = following, trip
    return onward


def service_date_of(day: int) -> int:
    """A service day as yyyymmdd."""
    return service_date(day)
