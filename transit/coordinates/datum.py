"""WGS-84, and the two datums that Chinese maps are drawn in: GCJ-02 and Baidu's BD-09.

Formulas and constants are those in general use since 2013 (the eviltransform project's are the best known). Both are
given one way only; the way back is found by iteration, to well within 0.1 m. There is no test for a border: whether a
deployment lies where GCJ-02 is drawn is declared once, not asked of each point.
"""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import Final, NamedTuple


class Datum(StrEnum):
    """The name a partner asks by."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Place(NamedTuple):
    """Degrees north and east, in one datum or another."""

    latitude: float
    longitude: float


_AXIS_M: Final = 6_378_245.0
_ECCENTRICITY2: Final = 0.00669342162296594323
"""Of Krassowsky's ellipsoid (1940)."""

_ABOUT_LATITUDE: Final = 35.0
_ABOUT_LONGITUDE: Final = 105.0
_BAIDU_TURN: Final = pi * 3000.0 / 180.0
_BAIDU_LATITUDE: Final = 0.006
_BAIDU_LONGITUDE: Final = 0.0065

_ROUNDS: Final = 12
_CLOSE_DEG: Final = 1e-10
"""A hundredth of a millimetre."""


def convert(place: Place, frm: Datum, to: Datum) -> Place:
    """The same place in another datum."""
    if frm is to:
        return place
    return _FROM_WGS84[to](_TO_WGS84[frm](place))


def wgs84_to_gcj02(place: Place) -> Place:
    """As GCJ-02 shifts it."""
    x, y = place.longitude - _ABOUT_LONGITUDE, place.latitude - _ABOUT_LATITUDE
    angle = place.latitude / 180.0 * pi
    root = sqrt(1.0 - _ECCENTRICITY2 * sin(angle) ** 2)
    north = _shift_north(x, y) * 180.0 / (_AXIS_M * (1.0 - _ECCENTRICITY2) / root**3 * pi)
    east = _shift_east(x, y) * 180.0 / (_AXIS_M / root * cos(angle) * pi)
    return Place(place.latitude + north, place.longitude + east)


def _waves(x: float) -> float:
    return (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0


def _shift_north(x: float, y: float) -> float:
    shift = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _waves(x)
    shift += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return shift + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _shift_east(x: float, y: float) -> float:
    shift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _waves(x)
    shift += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return shift + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0


def gcj02_to_bd09(place: Place) -> Place:
    """As Baidu turns and shifts it once more."""
    x, y = place.longitude, place.latitude
    far = hypot(x, y) + 0.00002 * sin(y * _BAIDU_TURN)
    angle = atan2(y, x) + 0.000003 * cos(x * _BAIDU_TURN)
    return Place(far * sin(angle) + _BAIDU_LATITUDE, far * cos(angle) + _BAIDU_LONGITUDE)


def _invert(forward: Callable[[Place], Place], place: Place) -> Place:
    """The place that ``forward`` takes to this one. Shifts change slowly, so that each guess is far nearer."""
    guess = place
    for _ in range(_ROUNDS):
        reached = forward(guess)
        north, east = place.latitude - reached.latitude, place.longitude - reached.longitude
        guess = Place(guess.latitude + north, guess.longitude + east)
        if abs(north) < _CLOSE_DEG and abs(east) < _CLOSE_DEG:
            break
    return guess


def gcj02_to_wgs84(place: Place) -> Place:
    """Back from GCJ-02."""
    return _invert(wgs84_to_gcj02, place)


def bd09_to_gcj02(place: Place) -> Place:
    """Back from BD-09."""
    return _invert(gcj02_to_bd09, place)


def _unchanged(place: Place) -> Place:
    return place


def _wgs84_to_bd09(place: Place) -> Place:
    return gcj02_to_bd09(wgs84_to_gcj02(place))


def _bd09_to_wgs84(place: Place) -> Place:
    return gcj02_to_wgs84(bd09_to_gcj02(place))


_Way = Callable[[Place], Place]
_FROM_WGS84: Final[dict[Datum, _Way]] = {
    Datum.WGS84: _unchanged,
    Datum.GCJ02: wgs84_to_gcj02,
    Datum.BD09: _wgs84_to_bd09,
}
_TO_WGS84: Final[dict[Datum, _Way]] = {
    Datum.WGS84: _unchanged,
    Datum.GCJ02: gcj02_to_wgs84,
    Datum.BD09: _bd09_to_wgs84,
}
