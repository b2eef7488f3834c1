"""Metres on a plane that touches the Earth near a shape: good to a part in a thousand over a city's lines."""

from typing import Final, NamedTuple, overload

import numpy as np

from transit.timetable.compiled import Floats

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

HALF_TURN_DEG: Final = 180.0


@overload
def short_way_deg(east_deg: float) -> float: ...
@overload
def short_way_deg(east_deg: Floats) -> Floats: ...
def short_way_deg(east_deg: float | Floats) -> float | Floats:
    """The difference of two longitudes by the short way, which may lead across the 180th meridian.

    One that is the short way already stays what it is to the last bit.
    """
    turned: float | Floats = east_deg - 2.0 * HALF_TURN_DEG * np.rint(east_deg / (2.0 * HALF_TURN_DEG))
    return turned


class Plane(NamedTuple):
    """An equirectangular projection about a place (degrees, WGS-84)."""

    latitude: float
    longitude: float

    def metres(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Metres east and north of the place; the way across the 180th meridian is the short one."""
        east_deg = short_way_deg(longitude - self.longitude)
        x = np.radians(east_deg) * (EARTH_RADIUS_M * np.cos(np.radians(self.latitude)))
        return x, np.radians(latitude - self.latitude) * EARTH_RADIUS_M


def plane_about(latitude: Floats, longitude: Floats) -> Plane:
    """A plane about the middle of some places."""
    middle = float(latitude.min() + latitude.max()) / 2
    return Plane(middle, float(longitude[0]))


def lengths(x: Floats, y: Floats) -> Floats:
    """Metres from each point to the next."""
    return np.hypot(np.diff(x), np.diff(y))
