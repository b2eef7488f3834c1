"""Metres on a plane that touches the Earth near a shape: good to a part in a thousand over a city's lines."""

from typing import NamedTuple

import numpy as np

from transit.timetable.compiled import Floats

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


class Plane(NamedTuple):
    """An equirectangular projection about a place (degrees, WGS-84)."""

    latitude: float
    longitude: float

    def metres(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Metres east and north of the place; the way across the 180th meridian is the short one."""
        east_deg = (longitude - self.longitude + 180) % 360 - 180
        x = np.radians(east_deg) * (EARTH_RADIUS_M * np.cos(np.radians(self.latitude)))
        return x, np.radians(latitude - self.latitude) * EARTH_RADIUS_M


def plane_about(latitude: Floats, longitude: Floats) -> Plane:
    """A plane about the middle of some places."""
    middle = float(latitude.min() + latitude.max()) / 2
    return Plane(middle, float(longitude[0]))


def lengths(x: Floats, y: Floats) -> Floats:
    """Metres from each point to the next."""
    return np.hypot(np.diff(x), np.diff(y))
