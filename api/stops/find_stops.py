"""Stops near a place, or by a part of their name."""

from typing import NamedTuple

import numpy as np

from api.view.compiled_view import CompiledView
from api.view.plain_names import plain
from transit.timetable.compiled import Timetable

_METRES_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km; good to 0.5 %, which is enough to say what is near."""


class FoundStop(NamedTuple):
    """A stop's row, and how far away it is (m) where a place was asked for."""

    compiled: CompiledView
    row: int
    distance_m: float | None


class Place(NamedTuple):
    """Where to look (WGS-84) and how far around (m)."""

    latitude: float
    longitude: float
    radius_m: float


def find_near(compiled: CompiledView, place: Place) -> list[FoundStop]:
    """The stops and stations within the radius, nearest first."""
    table = compiled.timetable
    north_m = (table.stop_latitude - place.latitude) * _METRES_A_DEGREE
    east_m = _turned(table.stop_longitude - place.longitude) * _METRES_A_DEGREE * np.cos(np.radians(place.latitude))
    away_m = np.hypot(north_m, east_m)
    rows = np.flatnonzero((away_m <= place.radius_m) & _is_stop(table))
    return [FoundStop(compiled, int(row), float(away_m[row])) for row in rows[np.argsort(away_m[rows], kind="stable")]]


def _turned(degrees: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Differences of longitude the short way round."""
    return (degrees + 180.0) % 360.0 - 180.0


def find_named(compiled: CompiledView, query: str) -> list[FoundStop]:
    """The stops whose name or code holds every word of the query: those that begin with it first, then stations."""
    words = plain(query).split()
    names = compiled.plain_names
    stations = compiled.timetable.stop_location_type == 1
    found = [
        (not name.startswith(words[0]), not stations[row], len(name), row)
        for row, name in enumerate(names)
        if words and all(word in name for word in words) and compiled.timetable.stop_location_type[row] in (0, 1)
    ]
    return [FoundStop(compiled, row, None) for *_, row in sorted(found)]


def _is_stop(table: Timetable) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.asarray((table.stop_location_type == 0) | (table.stop_location_type == 1))
