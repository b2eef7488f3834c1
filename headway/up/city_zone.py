"""Whose clock the simulated city keeps: one by which it is day, so that whoever starts it sees it at work."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from headway.up.city_files import city_files
from headway.up.options import UpOptions
from simulators.network.line_plan import HOME_ZONE

_DAY_HOURS: Final = range(6, 22)
"""All of its lines run, and go on to for a while."""

_MORNING_HOUR: Final = 8
_EAST_MOST_H: Final = 14


def find_zone(options: UpOptions, at: int) -> str:
    """The time zone of the city that ``options`` ask for, where it is day at ``at`` (POSIX seconds).

    A city made at an earlier start is taken, if it is day there; else the city at home, if it is day there; else it
    lies where it is eight in the morning.
    """
    morning = _morning_zone(at)
    hours = range(_EAST_MOST_H - 24 + 1, _EAST_MOST_H + 1)
    in_day = [zone for zone in (HOME_ZONE, *map(_fixed_zone, hours)) if _is_day(zone, at)]
    made = (zone for zone in in_day if city_files(replace(options, zone=zone)).compiled.is_file())
    return next(made, HOME_ZONE if HOME_ZONE in in_day else morning)


def _is_day(zone: str, at: int) -> bool:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).hour in _DAY_HOURS


def _morning_zone(at: int) -> str:
    east_h = _MORNING_HOUR - datetime.fromtimestamp(at, UTC).hour
    return _fixed_zone(east_h if east_h > _EAST_MOST_H - 24 else east_h + 24)


def _fixed_zone(east_h: int) -> str:
    """The zone that is ``east_h`` hours ahead of UTC all year; its name counts them westwards."""
    return f"Etc/GMT{-east_h:+d}"
