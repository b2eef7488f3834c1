"""The days and months that quotas are counted in: UTC, for every partner alike."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from runtime.ledger.quotas import Windows


class Span(NamedTuple):
    """The day and month at a moment, and when each ends (POSIX s)."""

    windows: Windows
    day_ends_at: int
    month_ends_at: int


def span_at(at: float) -> Span:
    """The windows that hold ``at`` (POSIX s)."""
    moment = datetime.fromtimestamp(at, UTC)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    windows = Windows(day.strftime("%Y-%m-%d"), day.strftime("%Y-%m"))
    return Span(windows, int((day + timedelta(days=1)).timestamp()), int(next_month.timestamp()))


def windows_of_day(day: str) -> Windows:
    """The windows of a day written ``yyyy-mm-dd``."""
    return Windows(day, day[:7])
