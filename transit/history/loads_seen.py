"""Observations of how full vehicles are on each hop of their way, out of what a line tells poll by poll."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.line_forecasts import LineForecasts, Passage, RunForecast, RunState
from transit.crowding.load import reported_load
from transit.history.day_type import ANY_DAY, day_type
from transit.history.observed import HOUR_S
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_of, service_day_start_s

HEADWAY_MOST_S: Final = 7200
_UNDER_WAY: Final = (RunState.EN_ROUTE, RunState.APPROACHING)


class LoadSeen(NamedTuple):
    """One vehicle on one hop. Loads are shares of its capacity, ``before`` on the hop before (``None``: not told).

    ``left`` counts the stops from the hop's first to the run's last; ``headway_s`` is since the vehicle before.
    """

    line: str
    from_stop: str
    to_stop: str
    day_type: int
    hour: int
    at: int
    load: float
    before: float | None
    headway_s: int | None
    left: int


_Run = tuple[str, int, int | None]


class LoadObservations:
    """Gathers what lines tell under one timetable, in the order they told it."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._left_at: dict[tuple[_Run, int], int] = {}
        self._headway_s: dict[tuple[_Run, int], int | None] = {}
        self._last_left: dict[tuple[str, str, str], int] = {}
        self._loads: dict[tuple[_Run, int], tuple[float, str, int]] = {}
        self._day_types: dict[int, int] = {}

    def add(self, told: LineForecasts) -> None:
        """Take in one value: who left which stop, and what vehicles under way report of how full they are."""
        self._note_departures(told.passages)
        for run in told.runs:
            if run.state not in _UNDER_WAY or run.next_position < 1 or run.pattern < 0 or run.due:
                continue
            key = ((run.trip_id, run.service_date, run.start_time_s), run.next_position)
            left_at = self._left_at.get((key[0], key[1] - 1))
            load = reported_load(run.occupancy_status, run.occupancy_percentage)
            if load is not None and left_at is not None and (run.occupancy_observed_at or 0) >= left_at:
                self._loads[key] = (load.mean, run.line_id, run.pattern)
                self._note_headway(run, key, left_at)

    def _note_departures(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            if passage.kind == "departure":
                run = (passage.trip_id, passage.service_date, passage.start_time_s)
                self._left_at.setdefault((run, passage.position), passage.at)

    def _note_headway(self, run: RunForecast, key: tuple[_Run, int], left_at: int) -> None:
        """How long after the vehicle before it this one set out on the hop; noted once."""
        if key in self._headway_s:
            return
        hop = (run.line_id, *self._stops(run.pattern, run.next_position))
        before_at = self._last_left.get(hop)
        since_s = None if before_at is None else left_at - before_at
        self._headway_s[key] = since_s if since_s is not None and 0 < since_s < HEADWAY_MOST_S else None
        self._last_left[hop] = max(left_at, before_at or 0)

    def _stops(self, pattern: int, position: int) -> tuple[str, str]:
        """Ids of the stops at both ends of the hop that ends at a position."""
        call = int(self._timetable.pattern_call_offset[pattern]) + position
        stops = self._timetable.call_stop
        return self._timetable.stop_id[int(stops[call - 1])], self._timetable.stop_id[int(stops[call])]

    def seen(self) -> list[LoadSeen]:
        """Every hop on which a load was told after its vehicle had left the stop before it."""
        offsets = self._timetable.pattern_call_offset
        found = []
        for (run, position), (load, line, pattern) in self._loads.items():
            at = self._left_at[(run, position - 1)]
            before = self._loads.get((run, position - 1))
            kind, hour = self._when(run[1], at)
            found.append(
                LoadSeen(
                    line,
                    *self._stops(pattern, position),
                    kind,
                    hour,
                    at,
                    load,
                    0.0 if position == 1 else None if before is None else before[0],
                    self._headway_s[(run, position)],
                    int(offsets[pattern + 1]) - int(offsets[pattern]) - position,
                )
            )
        return sorted(found, key=lambda seen: (*seen[:6], seen.load, seen.before or 0.0))

    def _when(self, date: int, at: int) -> tuple[int, int]:
        if date <= 0:
            return ANY_DAY, -1
        day = service_day_of(date)
        if day not in self._day_types:
            self._day_types[day] = day_type(self._timetable, day)
        return self._day_types[day], (at - service_day_start_s(self._timetable.timezone, day)) // HOUR_S
