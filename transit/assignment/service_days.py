"""Service days: from a moment to the days whose service may be under way, in the timetable's own zone."""

from typing import Final

from transit.timetable.compiled import Timetable
from transit.timetable.service_day import DAY_S, find_day, local_day, service_date, service_day_start_s

DAYS_BACK: Final = 2
"""Trips past midnight: a service day may last until the end of the day after next."""

TURN_OF_DAY_S: Final = 3 * 3600
"""Until three in the morning a city still speaks of yesterday's service."""


MEANT_S: Final = 2 * 3600
"""A vehicle is so long before or after a trip's times on it, where another day's date is named for it."""


def list_days_under_way(timezone: str, time_s: int) -> range:
    """Service days that can have a trip under way or about to start at ``time_s``."""
    today = local_day(timezone, time_s)
    return range(today - DAYS_BACK, today + 2)


def service_date_at(timezone: str, time_s: int) -> int:
    """The service date (yyyymmdd) that a city means by "today" at ``time_s``: it turns at three in the morning."""
    return service_date(local_day(timezone, time_s - TURN_OF_DAY_S))


def find_trip_day(timetable: Timetable, trip: int, time_s: int) -> int | None:
    """The service day on which ``trip`` is nearest to being under way at ``time_s``; ``None`` if on none near.

    Of a trip run by frequency: to any of its runs being under way.
    """
    best: tuple[int, int] | None = None
    for day in list_days_under_way(timetable.timezone, time_s):
        if not runs_on(timetable, int(timetable.trip_service[trip]), day):
            continue
        away_s = _away_s(timetable, trip, day, time_s)
        if best is None or away_s < best[0]:
            best = (away_s, day)
    if best is None or best[0] > DAY_S // 2:
        return None
    return best[1]


def day_of_run(timetable: Timetable, trip: int, written: str, time_s: int) -> int | None:
    """The service day of a run of ``trip`` that is under way at ``time_s``, its feed naming the date ``written``.

    ``None`` where that is no date, or none is written and the trip runs on no day near. A feed may name the calendar's
    date past midnight, or yesterday's: a day on which the trip is half a day and more from under way is not meant
    where it is under way on another.
    """
    near = find_trip_day(timetable, trip, time_s)
    named = find_day(written) if written else near
    if named is None or near is None or named == near or _away_s(timetable, trip, near, time_s) > MEANT_S:
        return named
    return near if _away_s(timetable, trip, named, time_s) > DAY_S // 2 else named


def _away_s(timetable: Timetable, trip: int, day: int, time_s: int) -> int:
    """Seconds by which a trip is from being under way at a moment, were it that of a day; 0 while it is."""
    start_s, end_s = _span(timetable, trip)
    since_s = time_s - service_day_start_s(timetable.timezone, day)
    return max(start_s - since_s, since_s - end_s, 0)


def _span(timetable: Timetable, trip: int) -> tuple[int, int]:
    """From a trip's first departure to its last arrival (s of the service day), over all its runs."""
    first, last = int(timetable.trip_start_s[trip]), int(timetable.trip_start_s[trip])
    if timetable.trip_has_frequency[trip]:
        of_trip = slice(int(timetable.trip_frequency_offset[trip]), int(timetable.trip_frequency_offset[trip + 1]))
        first = int(timetable.frequency_start_s[of_trip].min())
        last = int(timetable.frequency_end_s[of_trip].max())
    return first, last + run_s(timetable, trip)


def day_meant(timezone: str, time_s: int, start_s: int | None = None) -> int:
    """The service day of a run that the timetable lacks: that on which its start, if it is said, lies nearest.

    ``start_s`` counts from the service day's start. Without it, a city's day turns at three in the morning.
    """
    if start_s is None:
        return local_day(timezone, time_s - TURN_OF_DAY_S)
    days = list_days_under_way(timezone, time_s)
    return min(days, key=lambda day: abs(time_s - service_day_start_s(timezone, day) - start_s))


def runs_on(timetable: Timetable, service: int, day: int) -> bool:
    """Whether ``service`` runs on ``day``."""
    days = timetable.service_day[timetable.service_day_offset[service] : timetable.service_day_offset[service + 1]]
    row = int(days.searchsorted(day))
    return row < len(days) and int(days[row]) == day


def run_s(timetable: Timetable, trip: int) -> int:
    """Seconds from a trip's first departure to its last arrival."""
    last_call = int(timetable.timing_offset[timetable.trip_timing[trip] + 1]) - 1
    return int(timetable.timing_arrival_s[last_call])
