"""The line groups in service at a moment: those to be told of a poll even if no vehicle reported."""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.assignment.service_days import list_days_under_way
from transit.timetable.compiled import Ints, Timetable
from transit.timetable.service_day import service_day_start_s

BEFORE_S: Final = 15 * 60
"""A line counts as in service this long before its first departure, so that its first run has a forecast."""

AFTER_S: Final = 60 * 60
"""And this long after its last arrival, so that late runs end by message and not by silence."""

MINUTE_S: Final = 60

_Hours = npt.NDArray[np.bool_]


class ServiceHours:
    """For each service day and line group the minutes in which it is in service, worked out when first asked for."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._trip_group = timetable.line_group[timetable.pattern_line[timetable.trip_pattern]]
        last_call = timetable.timing_offset[timetable.trip_timing + 1] - 1
        self._trip_run_s = timetable.timing_arrival_s[last_call]
        self._hours_of_day = lru_cache(maxsize=8)(self._work_out_day)
        self._groups_of_minute = lru_cache(maxsize=2)(self._list_groups)

    def list_groups(self, time_s: int) -> tuple[int, ...]:
        """Rows of the line groups in service at ``time_s`` (POSIX seconds), rising."""
        return self._groups_of_minute(time_s // MINUTE_S)

    def _list_groups(self, minute: int) -> tuple[int, ...]:
        zone = self._timetable.timezone
        time_s = minute * MINUTE_S
        found = np.zeros(len(self._timetable.group_id), bool)
        for day in list_days_under_way(zone, time_s):
            hours = self._hours_of_day(day)
            column = (time_s - service_day_start_s(zone, day) + BEFORE_S) // MINUTE_S
            if 0 <= column < hours.shape[1]:
                found |= hours[:, column]
        return tuple(np.flatnonzero(found).tolist())

    def _work_out_day(self, day: int) -> _Hours:
        """Line group by minute; the first column is ``BEFORE_S`` before the day starts."""
        group, start_s, end_s = self._list_spans(day)
        first = np.maximum(start_s // MINUTE_S, 0)
        beyond = (end_s + BEFORE_S + AFTER_S) // MINUTE_S + 1
        steps = np.zeros((len(self._timetable.group_id), int(beyond.max(initial=0)) + 1), np.int32)
        np.add.at(steps, (group, first), 1)
        np.add.at(steps, (group, beyond), -1)
        return np.cumsum(steps, axis=1) > 0

    def _list_spans(self, day: int) -> tuple[Ints, Ints, Ints]:
        """Line group, first departure and last arrival of every trip, or span of a frequency, of ``day``."""
        table = self._timetable
        rows = np.flatnonzero(table.service_day == day)
        services = np.searchsorted(table.service_day_offset, rows, side="right") - 1
        runs = np.zeros(len(table.service_id), bool)
        runs[services] = True
        trips = np.flatnonzero(runs[table.trip_service] & ~table.trip_has_frequency)
        often = np.flatnonzero(runs[table.trip_service[table.frequency_trip]])
        often_trips = table.frequency_trip[often]
        return (
            np.concatenate((self._trip_group[trips], self._trip_group[often_trips])),
            np.concatenate((table.trip_start_s[trips], table.frequency_start_s[often])),
            np.concatenate(
                (
                    table.trip_start_s[trips] + self._trip_run_s[trips],
                    table.frequency_end_s[often] + self._trip_run_s[often_trips],
                )
            ),
        )
