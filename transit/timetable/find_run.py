"""The run that a report names: by trip id, with or without its service date and start time."""

from typing import NamedTuple

from transit.timetable.compiled import Timetable
from transit.timetable.service_day import DAY_S, local_day, service_day_start_s
from transit.timetable.services_on import is_service_on

NEAR_S = DAY_S // 2
"""A run inferred without a date is never further from now than half a day."""


class Run(NamedTuple):
    """A trip (row) on a service day; it leaves its first call ``start_s`` into the day, at ``starts_at`` (POSIX)."""

    trip: int
    service_day: int
    start_s: int
    starts_at: int


def find_run(
    timetable: Timetable, trip_id: str, *, at_s: float, service_day: int | None = None, start_s: int | None = None
) -> Run | None:
    """The run of ``trip_id`` that a report at ``at_s`` (POSIX) means; ``None`` if there is none.

    Without ``service_day`` it is the day on which the trip is under way then, or nearest to it: past midnight that is
    often yesterday. A given day is believed even if the calendar has no service on it: agencies run extra days.
    ``start_s`` tells apart the runs of a trip with frequencies; without it the one that started last is meant.
    """
    trip = timetable.trip_id.find(trip_id)
    if trip < 0:
        return None
    if service_day is not None:
        return _on_day(timetable, trip, service_day, at_s=at_s, start_s=start_s)
    today = local_day(timetable.timezone, at_s)
    days = (
        day for day in range(today - 2, today + 2) if is_service_on(timetable, int(timetable.trip_service[trip]), day)
    )
    runs = [_on_day(timetable, trip, day, at_s=at_s, start_s=start_s) for day in days]
    nearest = min(runs, key=lambda run: _away_s(timetable, run, at_s), default=None)
    return nearest if nearest and _away_s(timetable, nearest, at_s) <= NEAR_S else None


def _on_day(timetable: Timetable, trip: int, service_day: int, *, at_s: float, start_s: int | None) -> Run:
    day_s = service_day_start_s(timetable.timezone, service_day)
    if not timetable.trip_has_frequency[trip]:
        start_s = int(timetable.trip_start_s[trip])
    elif start_s is None:
        start_s = _last_start_s(timetable, trip, at_s - day_s)
    return Run(trip, service_day, start_s, day_s + start_s)


def _last_start_s(timetable: Timetable, trip: int, since_s: float) -> int:
    """The latest start of a trip with frequencies that is not after ``since_s``; its first if all are."""
    first, end = timetable.trip_frequency_offset[trip], timetable.trip_frequency_offset[trip + 1]
    latest = int(timetable.frequency_start_s[first])
    for row in range(first, end):
        start_s, end_s = int(timetable.frequency_start_s[row]), int(timetable.frequency_end_s[row])
        headway_s = int(timetable.frequency_headway_s[row])
        if start_s <= since_s:
            made = (min(since_s, end_s - 1) - start_s) // headway_s
            latest = max(latest, int(start_s + made * headway_s))
    return latest


def _away_s(timetable: Timetable, run: Run, at_s: float) -> float:
    last = timetable.timing_offset[timetable.trip_timing[run.trip] + 1] - 1
    ends_at = run.starts_at + int(timetable.timing_arrival_s[last])
    return max(run.starts_at - at_s, at_s - ends_at, 0)
