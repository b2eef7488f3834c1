"""The scheduled calls at a stop in a span of time, quickly: each stop's day is worked out once and kept.

A board holds one service day. A question spans two or three of them, since trips go on past midnight; ``StopBoards``
puts them together.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from transit.timetable.compiled import Ints, Timetable
from transit.timetable.offsets import Rows
from transit.timetable.runs import repeated_starts
from transit.timetable.service_day import service_day_start_s
from transit.timetable.services_on import services_on
from transit.timetable.table import Flags
from transit.timetable.trip_times import days_around, latest_end_s

BOARDS_KEPT: Final = 5_000
"""A busy stop's day is some 500 calls, 18 kB: 90 MB at the very most."""
DAYS_KEPT: Final = 8


class BoardCalls(NamedTuple):
    """Calls as columns, by when they leave: ``leaves_at`` is POSIX seconds, at a trip's last call its arrival.

    ``call`` is a row of the timetable's calls; ``start_s`` the run's start in its service day.
    """

    leaves_at: Rows
    trip: Rows
    call: Rows
    start_s: Rows
    service_day: Rows


class _Day(NamedTuple):
    """What all stops of a service day share."""

    service_day: int
    starts_at: int
    runs: Flags


class StopBoards:
    """The boards of one timetable. Runs of frequencies without exact times stand on none: they have no clock time."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._latest_s = latest_end_s(timetable)
        self._day = lru_cache(maxsize=DAYS_KEPT)(self._read_day)
        self._board = lru_cache(maxsize=BOARDS_KEPT)(self._read_board)

    def list_calls(self, stop: int, *, first_s: float, end_s: float) -> BoardCalls:
        """Calls at ``stop`` (row) that leave in ``[first_s, end_s)``, POSIX seconds, in that order."""
        parts = []
        for day in days_around(self._timetable, first_s, end_s, latest_s=self._latest_s):
            board = self._board(stop, day)
            first, end = np.searchsorted(board.leaves_at, (first_s, end_s))
            if first < end:
                parts.append(BoardCalls(*(column[first:end] for column in board)))
        if len(parts) == 1:
            return parts[0]
        joined = BoardCalls(*(np.concatenate(columns) for columns in zip(_NO_CALLS, *parts, strict=True)))
        order = np.argsort(joined.leaves_at, kind="stable")
        return BoardCalls(*(column[order] for column in joined))

    def _read_day(self, service_day: int) -> _Day:
        starts_at = service_day_start_s(self._timetable.timezone, service_day)
        return _Day(service_day, starts_at, services_on(self._timetable, service_day))

    def _read_board(self, stop: int, service_day: int) -> BoardCalls:
        timetable, day = self._timetable, self._day(service_day)
        calls = timetable.stop_call[timetable.stop_call_offset[stop] : timetable.stop_call_offset[stop + 1]]
        parts = [self._calls_of_pattern(int(call), day) for call in calls]
        joined = BoardCalls(*(np.concatenate(columns) for columns in zip(_NO_CALLS, *parts, strict=True)))
        order = np.lexsort((joined.trip, joined.leaves_at))
        return BoardCalls(*(column[order] for column in joined))

    def _calls_of_pattern(self, call: int, day: _Day) -> BoardCalls:
        """Every run of the day that makes ``call``."""
        timetable = self._timetable
        pattern = int(timetable.call_pattern[call])
        trips = np.arange(timetable.pattern_trip_offset[pattern], timetable.pattern_trip_offset[pattern + 1])
        trips = trips[day.runs[timetable.trip_service[trips]]]
        timed = trips[~timetable.trip_has_frequency[trips]]
        first, end = timetable.trip_frequency_offset[trips], timetable.trip_frequency_offset[trips + 1]
        frequencies = np.concatenate((_NO_ROWS, *(np.arange(*span) for span in zip(first, end, strict=True))))
        exact = frequencies[timetable.frequency_exact[frequencies]]
        starts = repeated_starts(timetable, exact)
        repeated = np.repeat(timetable.frequency_trip[exact], [len(of_row) for of_row in starts])
        trip = np.concatenate((timed, repeated)).astype(np.int32)
        start_s = np.concatenate((timetable.trip_start_s[timed], *starts)).astype(np.int32)
        return BoardCalls(
            leaves_at=day.starts_at + start_s.astype(np.int64) + self._leaves_after_s(call, trip),
            trip=trip,
            call=np.full(len(trip), call, np.int32),
            start_s=start_s,
            service_day=np.full(len(trip), day.service_day, np.int32),
        )

    def _leaves_after_s(self, call: int, trips: Rows) -> Ints:
        timetable = self._timetable
        pattern = int(timetable.call_pattern[call])
        first, end = timetable.pattern_call_offset[pattern], timetable.pattern_call_offset[pattern + 1]
        times = timetable.timing_arrival_s if call == end - 1 else timetable.timing_departure_s
        return np.asarray(times[timetable.timing_offset[timetable.trip_timing[trips]] + (call - first)])


_NO_ROWS = np.zeros(0, np.int64)
_NO_CALLS = BoardCalls(_NO_ROWS, *(np.zeros(0, np.int32) for _ in range(4)))
