"""When trips run, relative to the start of their service day."""

import numpy as np

from transit.timetable.compiled import Ints, Timetable
from transit.timetable.offsets import Rows


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
