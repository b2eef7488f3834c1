"""A timetable moved in time, so that a recording that is replayed as if it happened now still keeps to it.

A move of any length is three parts: whole days of the calendar, whole hours of the clock, for which the city moves to
another time zone and keeps its local hour, and what remains of an hour, by which trips start later.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from transit.timetable.compiled import Timetable
from transit.timetable.digest import content_hash

HOUR_S: Final = 3600


class Shift(NamedTuple):
    """``total_s`` is what every moment moves by; ``days`` what service dates do; ``start_s`` what trips start later."""

    total_s: int
    days: int
    start_s: int
    timezone: str


def plan_shift(timezone: str, recorded_s: int, now_s: int) -> Shift:
    """The shift that takes the recorded second ``recorded_s`` to ``now_s``."""
    recorded, now = datetime.fromtimestamp(recorded_s, ZoneInfo(timezone)), datetime.fromtimestamp(now_s, UTC)
    start_s = (now.minute * 60 + now.second - recorded.minute * 60 - recorded.second) % HOUR_S
    local = recorded.replace(tzinfo=None) + timedelta(seconds=start_s)
    ahead_h = (local.hour - now.hour + 11) % 24 - 11
    zone = f"Etc/GMT{-ahead_h:+d}" if ahead_h else "Etc/GMT"
    days = datetime.fromtimestamp(now_s, ZoneInfo(zone)).date() - local.date()
    return Shift(now_s - recorded_s, days.days, start_s, zone)


def shift_timetable(timetable: Timetable, shift: Shift) -> Timetable:
    """``timetable`` moved by ``shift``, under a hash of its own."""
    moved = replace(
        timetable,
        timezone=shift.timezone,
        first_service_day=timetable.first_service_day + shift.days,
        last_service_day=timetable.last_service_day + shift.days,
        service_day=timetable.service_day + shift.days,
        trip_start_s=timetable.trip_start_s + shift.start_s,
        frequency_start_s=timetable.frequency_start_s + shift.start_s,
        frequency_end_s=timetable.frequency_end_s + shift.start_s,
    )
    return replace(moved, hash=content_hash(moved))
