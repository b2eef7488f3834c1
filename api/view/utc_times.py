"""Moments of feeds whose city is not known: in universal time."""

from functools import cache
from zoneinfo import ZoneInfo

from api.view.local_times import LocalTimes


@cache
def utc_times() -> LocalTimes:
    """The one memory of moments in universal time."""
    return LocalTimes(ZoneInfo("UTC"))
