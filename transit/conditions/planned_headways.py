"""The headways that the timetable plans: between departures of a line's runs in one direction."""

from collections.abc import Iterable

import numpy as np

from transit.answers.aimed_calls import ServiceDay, Span
from transit.timetable.compiled import Timetable


def list_planned_headways(
    timetable: Timetable, line: int, days: Iterable[ServiceDay], span: Span
) -> dict[int, list[int]]:
    """By direction, the headways (s) between departures from first stops within ``span``, all patterns together."""
    starts: dict[int, list[int]] = {}
    for day in days:
        for direction, moments in _starts_on(timetable, line, day).items():
            starts.setdefault(direction, []).extend(at for at in moments if span.first_at <= at < span.end_at)
    return {direction: [int(headway) for headway in np.diff(sorted(moments))] for direction, moments in starts.items()}


def _starts_on(timetable: Timetable, line: int, day: ServiceDay) -> dict[int, list[int]]:
    """When the line's runs of a service day leave their first stops (POSIX s), by direction."""
    starts: dict[int, list[int]] = {}
    for pattern in range(int(timetable.line_pattern_offset[line]), int(timetable.line_pattern_offset[line + 1])):
        trips = np.arange(timetable.pattern_trip_offset[pattern], timetable.pattern_trip_offset[pattern + 1])
        trips = trips[day.runs[timetable.trip_service[trips]]]
        repeated = timetable.trip_has_frequency[trips]
        moments = starts.setdefault(int(timetable.pattern_direction[pattern]), [])
        moments.extend((day.starts_at + timetable.trip_start_s[trips[~repeated]].astype(np.int64)).tolist())
        for trip in trips[repeated].tolist():
            moments.extend(day.starts_at + start_s for start_s in _repeated_s(timetable, trip))
    return starts


def _repeated_s(timetable: Timetable, trip: int) -> list[int]:
    """The starts (s of the service day) of a trip that repeats; without exact times they stand for the headway."""
    found: list[int] = []
    for row in range(int(timetable.trip_frequency_offset[trip]), int(timetable.trip_frequency_offset[trip + 1])):
        every_s = int(timetable.frequency_headway_s[row])
        if every_s > 0:
            found.extend(range(int(timetable.frequency_start_s[row]), int(timetable.frequency_end_s[row]), every_s))
    return found
