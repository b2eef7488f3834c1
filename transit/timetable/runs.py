"""Runs: the trips of a service day, each as often as it is made."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from transit.timetable.compiled import Timetable
from transit.timetable.offsets import Rows
from transit.timetable.service_day import service_day_start_s
from transit.timetable.services_on import services_on
from transit.timetable.trip_times import days_around, latest_end_s, trip_duration_s


class Runs(NamedTuple):
    """Runs as columns. ``starts_at`` is POSIX seconds; ``start_s`` counts from the service day's start.

    ``frequency`` is the row of frequencies.txt that a run comes from, -1 for a trip with times of its own; under one
    without exact times the start is where the headway would put it, not a promise.
    """

    trip: Rows
    service_day: Rows
    start_s: Rows
    frequency: Rows
    starts_at: Rows


def list_runs(timetable: Timetable, trips: Rows, *, first_s: float, end_s: float) -> Runs:
    """Runs of ``trips`` (rows) under way at some moment of ``[first_s, end_s)``, POSIX seconds, by their start."""
    days = days_around(timetable, first_s, end_s, latest_s=latest_end_s(timetable))
    runs = _joined(_of_day(timetable, trips, day) for day in days)
    duration_s = trip_duration_s(timetable, runs.trip)
    inside = np.flatnonzero((runs.starts_at < end_s) & (runs.starts_at + duration_s >= first_s))
    order = inside[np.lexsort((runs.trip[inside], runs.starts_at[inside]))]
    return Runs(*(column[order] for column in runs))


def list_line_runs(timetable: Timetable, line: int, *, first_s: float, end_s: float) -> Runs:
    """Runs of one line under way at some moment of ``[first_s, end_s)``."""
    first, end = timetable.line_pattern_offset[line], timetable.line_pattern_offset[line + 1]
    trips = np.arange(timetable.pattern_trip_offset[first], timetable.pattern_trip_offset[end])
    return list_runs(timetable, trips, first_s=first_s, end_s=end_s)


def _of_day(timetable: Timetable, trips: Rows, service_day: int) -> Runs:
    running = trips[services_on(timetable, service_day)[timetable.trip_service[trips]]]
    timed = running[~timetable.trip_has_frequency[running]]
    frequency = _frequencies_of(timetable, running)
    repeats = repeated_starts(timetable, frequency)
    repeated = np.repeat(frequency, [len(starts) for starts in repeats])
    trip = np.concatenate((timed, timetable.frequency_trip[repeated])).astype(np.int32)
    start_s = np.concatenate((timetable.trip_start_s[timed], *repeats)).astype(np.int32)
    return Runs(
        trip=trip,
        service_day=np.full(len(trip), service_day, np.int32),
        start_s=start_s,
        frequency=np.concatenate((np.full(len(timed), -1), repeated)).astype(np.int32),
        starts_at=start_s.astype(np.int64) + service_day_start_s(timetable.timezone, service_day),
    )


def repeated_starts(timetable: Timetable, frequencies: Rows) -> list[Rows]:
    """The starts that each of ``frequencies`` (rows) makes: every headway, the end not included."""
    return [
        np.arange(timetable.frequency_start_s[row], timetable.frequency_end_s[row], timetable.frequency_headway_s[row])
        for row in frequencies
    ]


def _frequencies_of(timetable: Timetable, trips: Rows) -> Rows:
    return np.flatnonzero(np.isin(timetable.frequency_trip, trips[timetable.trip_has_frequency[trips]]))


def _joined(parts: Iterable[Runs]) -> Runs:
    columns = zip(*parts, strict=True)
    return Runs(*(np.concatenate(column) for column in columns))
