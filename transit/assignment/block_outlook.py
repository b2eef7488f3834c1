"""Which other line groups a vehicle goes on with: the later trips of its block."""

from functools import lru_cache
from typing import Final, NamedTuple

from transit.assignment.service_days import run_s, runs_on
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_start_s

DUE_S: Final = 60 * 60
"""A vehicle is copied to a line it goes on with when its trip there starts within this time."""


class Ahead(NamedTuple):
    """A later trip of a block on another line group: when it starts and ends (POSIX seconds)."""

    starts_at: int
    ends_at: int
    group: int


class BlockOutlook:
    """Looks ahead along blocks; answers are kept, since a vehicle asks the same at each poll of its trip."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self.list_ahead = lru_cache(maxsize=65_536)(self._list_ahead)

    def _list_ahead(self, trip: int, day: int) -> tuple[Ahead, ...]:
        """Later trips of ``trip``'s block on service day ``day`` that belong to another line group."""
        table = self._timetable
        block = int(table.trip_block[trip])
        if block < 0:
            return ()
        trips = table.block_trip[table.block_trip_offset[block] : table.block_trip_offset[block + 1]].tolist()
        own = self._group(trip)
        start_s = int(table.trip_start_s[trip])
        day_s = service_day_start_s(table.timezone, day)
        ahead = []
        for other in trips:
            other_s = int(table.trip_start_s[other])
            if other_s <= start_s or self._group(other) == own:
                continue
            if runs_on(table, int(table.trip_service[other]), day):
                ahead.append(Ahead(day_s + other_s, day_s + other_s + run_s(table, other), self._group(other)))
        return tuple(ahead)

    def _group(self, trip: int) -> int:
        table = self._timetable
        return int(table.line_group[table.pattern_line[table.trip_pattern[trip]]])


def list_due(ahead: tuple[Ahead, ...], time_s: int) -> tuple[int, ...]:
    """The line groups among ``ahead`` that the vehicle goes on with within ``DUE_S`` of ``time_s``, each once.

    A trip that should have ended long ago is no longer waited for.
    """
    if not ahead:
        return ()
    return tuple(
        dict.fromkeys(
            trip.group
            for trip in ahead
            if trip.starts_at - DUE_S <= time_s <= max(trip.ends_at, trip.starts_at + DUE_S)
        )
    )
