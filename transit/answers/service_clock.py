"""The service day's clock: GTFS times count from noon less twelve hours, which daylight saving moves off midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_NOON = time(12)
_HALF_DAY_S = 12 * 3600


def day_start(service_day: int, zone: ZoneInfo) -> int:
    """The moment (POSIX s) from which the times of ``service_day`` (``date.toordinal()``) count."""
    noon = datetime.combine(date.fromordinal(service_day), _NOON, tzinfo=zone)
    return int(noon.timestamp()) - _HALF_DAY_S


def local_day(at: float, zone: ZoneInfo) -> int:
    """The calendar day (``date.toordinal()``) in ``zone`` at ``at`` (POSIX s)."""
    return datetime.fromtimestamp(at, tz=UTC).astimezone(zone).date().toordinal()


def ordinal_of(service_date: int) -> int:
    """The service day of a date written yyyymmdd.

    Raises:
        ValueError: there is no such day.
    """
    return date(service_date // 10000, service_date // 100 % 100, service_date % 100).toordinal()


def written_date(service_day: int) -> int:
    """A service day as yyyymmdd."""
    day = date.fromordinal(service_day)
    return day.year * 10000 + day.month * 100 + day.day


def day_that_serves(service_day: int, *, last_day: int) -> int:
    """The day whose timetable speaks for ``service_day``: itself; after the last, its weekday in the last week.

    An expired timetable is a better guess than none; whoever answers from it must say so.
    """
    if service_day <= last_day:
        return service_day
    weeks = -(-(service_day - last_day) // 7)
    return (date.fromordinal(service_day) - timedelta(weeks=weeks)).toordinal()
