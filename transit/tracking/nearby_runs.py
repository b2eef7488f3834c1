"""The runs of a pattern that may be under way or about to begin."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from transit.assignment.service_days import list_days_under_way, runs_on
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import LAST_S, service_day_start_s
from transit.tracking.frequency_starts import list_starts_between
from transit.tracking.line_tables import LineTables

DEVIATION_MAX_S: Final = 2400
"""Nobody waits longer for a run to begin, nor is later than that at its end."""

RunRow = tuple[int, int, int]
"""A run: its trip (row of the line's tables), service day, and start (s of the service day)."""


class NearbyRuns:
    """Lists runs of one line group; the runs of a day are gathered once."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables
        self._gathered: dict[tuple[int, int], list[tuple[int, int, RunRow]]] = {}

    def list_runs(self, pattern: int, now: int) -> Iterator[tuple[int, RunRow]]:
        """When runs of a pattern start (POSIX s), and which they are."""
        for day in list_days_under_way(self._timetable.timezone, now):
            runs = self._gathered.get((pattern, day))
            if runs is None:
                for old in [kept for kept in self._gathered if kept[1] < day - 4]:
                    del self._gathered[old]
                runs = self._gathered[pattern, day] = self._gather(pattern, day)
            for starts_at, ends_at, run in runs:
                if starts_at - DEVIATION_MAX_S <= now <= ends_at + DEVIATION_MAX_S:
                    yield starts_at, run

    def _gather(self, pattern: int, day: int) -> list[tuple[int, int, RunRow]]:
        timetable, tables = self._timetable, self._tables
        day_s = service_day_start_s(timetable.timezone, day)
        last_call = int(tables.patterns["call_count"][pattern]) - 1
        found: list[tuple[int, int, RunRow]] = []
        for trip in np.flatnonzero(tables.trips["pattern"] == pattern).tolist():
            row = int(tables.trips["row"][trip])
            if not runs_on(timetable, int(timetable.trip_service[row]), day):
                continue
            starts = [int(tables.trips["start_s"][trip])]
            if timetable.trip_has_frequency[row]:
                starts = list_starts_between(timetable, row, 0, LAST_S)
            took_s = int(tables.timings["arrival_s"][tables.trips["timing_first"][trip] + last_call])
            found.extend((day_s + start_s, day_s + start_s + took_s, (trip, day, start_s)) for start_s in starts)
        return sorted(found)
