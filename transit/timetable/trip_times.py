"""When trips run, relative to the start of their service day, and which service days may have one at a moment."""

from typing import Final

import numpy as np

from transit.timetable.compiled import Ints, Timetable
from transit.timetable.offsets import Rows
from transit.timetable.service_day import local_day

CLOCK_CHANGE_S: Final = 2 * 3600
"""A service day begins so far from midnight at most, where clocks change by an hour or, on Antarctic stations, two."""


def trip_duration_s(timetable: Timetable, trips: Rows) -> Ints:
    """Seconds from each trip's departure from its first call to its arrival at its last."""
    last = timetable.timing_offset[timetable.trip_timing[trips] + 1] - 1
    return np.asarray(timetable.timing_arrival_s[last])


def latest_end_s(timetable: Timetable) -> int:
    """When the last run of a service day arrives; beyond 86,400 where the day goes on past midnight."""
    duration_s = trip_duration_s(timetable, np.arange(len(timetable.trip_id)))
    timed = (timetable.trip_start_s + duration_s)[~timetable.trip_has_frequency]
    repeated = timetable.frequency_end_s + duration_s[timetable.frequency_trip]
    return int(max(timed.max(initial=0), repeated.max(initial=0)))


def days_around(timetable: Timetable, first_s: float, end_s: float, *, latest_s: int) -> range:
    """Service days that can have a run under way in ``[first_s, end_s)``, if runs end ``latest_s`` into their day."""
    first = local_day(timetable.timezone, first_s - latest_s - CLOCK_CHANGE_S)
    return range(first, local_day(timetable.timezone, end_s + CLOCK_CHANGE_S) + 1)
