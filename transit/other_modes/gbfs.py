"""Bike stations after the General Bikeshare Feed Specification (gbfs.org), versions 1 to 3."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

INFORMATION: Final = "station_information"
STATUS: Final = "station_status"
STATIONS_MAX: Final = 20_000
_NAME_MAX: Final = 200
_MOMENT_MAX: Final = 4_102_444_800
"""2100-01-01 (POSIX s); what lies beyond is milliseconds, or no time at all."""


class GbfsError(ValueError):
    """A document is no GBFS, or lacks what is needed."""


class BikeStation(NamedTuple):
    """One station; ``None`` where its system does not say. ``observed_at`` is POSIX seconds."""

    id: str
    name: str
    latitude: float
    longitude: float
    bikes: int | None
    docks: int | None
    is_renting: bool
    is_returning: bool
    observed_at: int | None


def find_feeds(discovery: Any) -> dict[str, str]:
    """The addresses of a system's documents by name, out of its ``gbfs.json``; of several languages the first.

    Raises:
        GbfsError: it names no stations.
    """
    data = _data(discovery)
    feeds = data.get("feeds")
    if feeds is None:
        languages = [each for each in data.values() if isinstance(each, Mapping) and "feeds" in each]
        feeds = languages[0]["feeds"] if languages else None
    if not isinstance(feeds, list):
        raise GbfsError("it lists no feeds")
    found = {str(each.get("name")): str(each.get("url")) for each in feeds if isinstance(each, Mapping)}
    if INFORMATION not in found or STATUS not in found:
        raise GbfsError(f"it lists no {INFORMATION} and {STATUS}")
    return found


def read_stations(information: Any, status: Any) -> tuple[BikeStation, ...]:
    """The stations that are installed, with what they have now; one that is broken costs no other.

    Raises:
        GbfsError: a document is no GBFS.
    """
    now = {str(each.get("station_id")): each for each in _stations(status)}
    found = (_read_station(each, now.get(str(each.get("station_id")), {})) for each in _stations(information))
    return tuple(each for each in found if each is not None)


def _stations(document: Any) -> list[Mapping[str, Any]]:
    stations = _data(document).get("stations")
    if not isinstance(stations, list):
        raise GbfsError("it lists no stations")
    return [each for each in stations[:STATIONS_MAX] if isinstance(each, Mapping)]


def _data(document: Any) -> Mapping[str, Any]:
    data = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(data, Mapping):
        raise GbfsError("it holds no data")
    return data


def _read_station(told: Mapping[str, Any], now: Mapping[str, Any]) -> BikeStation | None:
    latitude, longitude = told.get("lat"), told.get("lon")
    if not _is_place(latitude, longitude) or now.get("is_installed") in (False, 0):
        return None
    return BikeStation(
        id=str(told.get("station_id")),
        name=_text(told.get("name"))[:_NAME_MAX],
        latitude=float(latitude),  # type: ignore[arg-type]  # _is_place has looked
        longitude=float(longitude),  # type: ignore[arg-type]
        bikes=_count(now.get("num_bikes_available", now.get("num_vehicles_available"))),
        docks=_count(now.get("num_docks_available")),
        is_renting=bool(now.get("is_renting", False)),
        is_returning=bool(now.get("is_returning", False)),
        observed_at=_moment(now.get("last_reported")),
    )


def _is_place(latitude: object, longitude: object) -> bool:
    are_numbers = isinstance(latitude, int | float) and isinstance(longitude, int | float)
    return are_numbers and abs(latitude) <= 90 and abs(longitude) <= 180  # type: ignore[arg-type]


def _text(said: object) -> str:
    """A name; version 3 has one for each language."""
    if isinstance(said, list):
        return next((str(each.get("text", "")) for each in said if isinstance(each, Mapping)), "")
    return str(said or "")


def _count(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None


def _moment(said: object) -> int | None:
    """POSIX seconds, of our time; version 3 writes RFC 3339."""
    at = said
    if not isinstance(at, int) or isinstance(at, bool):
        try:
            at = int(datetime.fromisoformat(str(said)).timestamp())
        except (ValueError, OverflowError):
            return None
    return at if 0 <= at <= _MOMENT_MAX else None
