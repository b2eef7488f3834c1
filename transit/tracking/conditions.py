"""The line's service at a glance: vehicles now, runs today, and what was not matched."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np

from schemas.line_forecasts import LineConditions, RunForecast
from transit.assignment.service_days import TURN_OF_DAY_S, runs_on
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import local_day, service_day_start_s
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables

UNTOLD_REASONS: Final = ("unknown_trip", "run_taken", "silent", "finished")
_SILENT, _FINISHED = 2, 3
_DAY_CHECKED_S: Final = 900


class ConditionsKeeper:
    """Counts one line group's runs through the service day."""

    def __init__(self, timetable: Timetable, tables: LineTables) -> None:
        self._timetable = timetable
        self._tables = tables
        self._day = 0
        self._starts: list[int] = []
        self._checked_at = -_DAY_CHECKED_S

    def turn_day(self, state: LineState, now: int) -> None:
        """Begin a new count where the service day has turned: at three in the morning."""
        if 0 <= now - self._checked_at < _DAY_CHECKED_S and self._day == state.line["seen_day"][0]:
            return
        self._checked_at = now - now % _DAY_CHECKED_S
        today = local_day(self._timetable.timezone, now - TURN_OF_DAY_S)
        if state.line["seen_day"][0] != today:
            state.line["seen_day"] = today
            state.seen[:] = 0
            state.hops["missed"] = 0
        if self._day != today:
            self._day = today
            self._starts = self._list_starts(today)

    def _list_starts(self, day: int) -> list[int]:
        rows = self._tables.trips["row"]
        services = self._timetable.trip_service[rows]
        running = [int(service) for service in np.unique(services) if runs_on(self._timetable, int(service), day)]
        used = np.isin(services, running) & ~self._timetable.trip_has_frequency[rows]
        began = service_day_start_s(self._timetable.timezone, day)
        return sorted((self._tables.trips["start_s"][used].astype(np.int64) + began).tolist())

    def describe(self, state: LineState, runs: Sequence[RunForecast], untold: "np.ndarray", now: int) -> LineConditions:
        """What the line's message showed of its service."""
        counts = untold.tolist()
        silent = counts[_SILENT]
        return LineConditions(
            vehicles=state.count - silent,
            matched=sum([bool(run.vehicle_id) and not run.due for run in runs]) - counts[_FINISHED],
            runs_today=bisect_right(self._starts, now),
            matched_today=int.from_bytes(state.seen.tobytes(), "little").bit_count(),
            unmatched={UNTOLD_REASONS[i]: count for i, count in enumerate(counts) if count},
        )
