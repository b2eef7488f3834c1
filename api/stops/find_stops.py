"""Stops near a place, or by a part of their name."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from api.view.compiled_view import CompiledView
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
    names = _plain_names(compiled)
    stations = compiled.timetable.stop_location_type == 1
    found = [
        (not name.startswith(words[0]), not stations[row], len(name), row)
        for row, name in enumerate(names)
        if words and all(word in name for word in words) and compiled.timetable.stop_location_type[row] in (0, 1)
    ]
    return [FoundStop(compiled, row, None) for *_, row in sorted(found)]


def _is_stop(table: Timetable) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.asarray((table.stop_location_type == 0) | (table.stop_location_type == 1))


@lru_cache(maxsize=16)
def _plain_names(compiled: CompiledView) -> list[str]:
    """Each stop's name, its code, and its names in other languages: people type either."""
    table = compiled.timetable
    others = [of.timetable.stop_name for of in compiled.in_all_languages() if of is not compiled]
    return [
        " ".join(dict.fromkeys(plain(each) for each in (name, code, *rest)))
        for name, code, *rest in zip(table.stop_name, table.stop_code, *others, strict=True)
    ]


def plain(text: str) -> str:
    """Text as people type it into a search: no accents, no capitals."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return bare.casefold()
