"""The service day's clock: times of a timetable count from noon less twelve hours.

On the two days a year when clocks change that is not midnight, which is why GTFS says noon. A service day goes on past
midnight: 25:10 belongs to the day before.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAY_S: Final = 86400
LAST_S: Final = 3 * DAY_S
"""A service day's times end here, with the day after next: no trip lasts longer, and a wrong one would make its day as
long as itself."""

_NOON: Final = time(12)
_CLOCK: Final = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_DATE: Final = re.compile(r"[0-9]{8}")


def parse_clock(written: str) -> int | None:
    """``H:MM:SS`` of a timetable or a feed, hours past 24 included, as seconds; ``None`` where it is no time."""
    found = _CLOCK.fullmatch(written)
    if found is None:
        return None
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])


def find_day(written: str) -> int | None:
    """A date of a timetable or a feed (``yyyymmdd``) as a service day; ``None`` where it is no date."""
    if _DATE.fullmatch(written) is None:
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:])).toordinal()
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def service_day_start_s(timezone: str, service_day: int) -> int:
    """POSIX second from which the times of ``service_day`` (``date.toordinal()``) count."""
    noon = datetime.combine(date.fromordinal(service_day), _NOON, tzinfo=ZoneInfo(timezone))
    return int(noon.timestamp()) - DAY_S // 2


@lru_cache(maxsize=4096)
def local_day(timezone: str, at_s: float) -> int:
    """The calendar day in ``timezone`` at ``at_s``, as a service day. Yesterday's trips may still be on their way.

    Kept, for all lines of a city ask for the same polls.
    """
    return datetime.fromtimestamp(at_s, UTC).astimezone(ZoneInfo(timezone)).toordinal()


def service_date(service_day: int) -> int:
    """A service day as GTFS writes it: yyyymmdd."""
    day = date.fromordinal(service_day)
    return day.year * 10_000 + day.month * 100 + day.day


def service_day_of(service_date: int) -> int:
    """The service day of a date written yyyymmdd.

    Raises:
        ValueError: there is no such date.
    """
    return date(service_date // 10_000, service_date // 100 % 100, service_date % 100).toordinal()
