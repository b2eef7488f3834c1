"""How far and how long one walks to a stop, and when one must leave to catch what comes there."""

from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Final

from transit.coordinates.datum import Place
from transit.timetable.plane import EARTH_RADIUS_M

DETOUR: Final = 1.3
"""Streets make a way this much longer than the crow's: between 1.2 and 1.4 in most cities (Newell 1980)."""

WALK_MPS: Final = 1.2
"""A comfortable pace, crossings waited at."""

SOON_S: Final = 60


class Catch(StrEnum):
    """Whether one who leaves now catches a vehicle."""

    CAN_WAIT = "can_wait"
    LEAVE_NOW = "leave_now"
    MAYBE = "maybe"
    """Only if it comes later than nine in ten do."""
    MISSED = "missed"


def crow_m(one: Place, other: Place) -> float:
    """Metres between two places (WGS-84) on a sphere."""
    north, south = radians(one.latitude), radians(other.latitude)
    half_north = sin((north - south) / 2) ** 2
    half_east = sin(radians(one.longitude - other.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half_north + cos(north) * cos(south) * half_east)))


def walk_m(one: Place, other: Place) -> float:
    """Metres on foot, estimated."""
    return DETOUR * crow_m(one, other)


def judge_catch(now: float, walk_s: float, early_at: float, late_at: float) -> Catch:
    """Whether a walk of ``walk_s`` that begins now reaches a vehicle that comes between p10 and p90 (POSIX s)."""
    there_at = now + walk_s
    if there_at <= early_at:
        return Catch.LEAVE_NOW if early_at - there_at <= SOON_S else Catch.CAN_WAIT
    return Catch.MAYBE if there_at <= late_at else Catch.MISSED
