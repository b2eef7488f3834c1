"""Service days: from a moment to the days whose service may be under way, in the timetable's own zone."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from transit.timetable.compiled import Timetable

DAY_S: Final = 86_400

DAYS_BACK: Final = 2
"""Trips past midnight: a service day may last until the end of the day after next."""

TURN_OF_DAY_S: Final = 3 * 3600
"""Until three in the morning a city still speaks of yesterday's service."""


@lru_cache(maxsize=256)
def day_starts_at(timezone: str, day: int) -> int:
    """When service day ``day`` (``date.toordinal()``) starts: its local noon less twelve hours, POSIX seconds."""
    noon = datetime.combine(date.fromordinal(day), time(12), tzinfo=ZoneInfo(timezone))
    return int(noon.timestamp()) - DAY_S // 2


def local_day(timezone: str, time_s: int) -> int:
    """The calendar day (``date.toordinal()``) on which ``time_s`` falls in ``timezone``."""
    return datetime.fromtimestamp(time_s, ZoneInfo(timezone)).toordinal()


def list_days_under_way(timezone: str, time_s: int) -> range:
    """Service days that can have a trip under way or about to start at ``time_s``."""
    today = local_day(timezone, time_s)
    return range(today - DAYS_BACK, today + 2)


def service_date_at(timezone: str, time_s: int) -> int:
    """The service date (yyyymmdd) that a city means by "today" at ``time_s``: it turns at three in the morning."""
    return day_number(local_day(timezone, time_s - TURN_OF_DAY_S))


def day_number(day: int) -> int:
    """A service day (``date.toordinal()``) as yyyymmdd."""
    when = date.fromordinal(day)
    return when.year * 10_000 + when.month * 100 + when.day


def find_day(written: str) -> int | None:
    """A GTFS-realtime ``start_date`` (``yyyymmdd``) as a day, or ``None`` where it is no date."""
    if len(written) != 8 or not (written.isascii() and written.isdigit()):
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:])).toordinal()
    except ValueError:
        return None


def find_trip_day(timetable: Timetable, trip: int, time_s: int) -> int | None:
    """The service day on which ``trip`` is nearest to being under way at ``time_s``; ``None`` if on none near."""
    start_s = int(timetable.trip_start_s[trip])
    end_s = start_s + run_s(timetable, trip)
    best: tuple[int, int] | None = None
    for day in list_days_under_way(timetable.timezone, time_s):
        if not runs_on(timetable, int(timetable.trip_service[trip]), day):
            continue
        since_s = time_s - day_starts_at(timetable.timezone, day)
        away_s = max(start_s - since_s, since_s - end_s, 0)
        if best is None or away_s < best[0]:
            best = (away_s, day)
    if best is None or best[0] > DAY_S // 2:
        return None
    return best[1]


def runs_on(timetable: Timetable, service: int, day: int) -> bool:
    """Whether ``service`` runs on ``day``."""
    days = timetable.service_day[timetable.service_day_offset[service] : timetable.service_day_offset[service + 1]]
    row = int(days.searchsorted(day))
    return row < len(days) and int(days[row]) == day


def run_s(timetable: Timetable, trip: int) -> int:
    """Seconds from a trip's first departure to its last arrival."""
    last_call = int(timetable.timing_offset[timetable.trip_timing[trip] + 1]) - 1
    return int(timetable.timing_arrival_s[last_call])
