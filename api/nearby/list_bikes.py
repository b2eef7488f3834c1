"""The bike stations around a place, nearest first."""

from typing import Any

from api.reached.reached_view import ReachedView
from api.view.local_times import LocalTimes
from api.view.memory import View
from transit.coordinates.datum import Place
from transit.nearby.walking import crow_m, walk_m


def list_bikes(
    view: View, place: Place, radius_m: float, limit: int, walk_mps: float, times: LocalTimes
) -> list[dict[str, Any]]:
    """Stations within ``radius_m``; counts are left out where they are too old to be told."""
    now = view.wall_clock()
    found: list[tuple[float, dict[str, Any]]] = []
    for name, system in view.bikes.systems.items():
        basis = system.basis(now)
        for station in system.stations:
            metres = crow_m(place, Place(station.latitude, station.longitude))
            outside = isinstance(view, ReachedView) and not view.reach.has_place(station.latitude, station.longitude)
            if metres > radius_m or outside:
                continue
            way_m = walk_m(place, Place(station.latitude, station.longitude))
            is_told = basis != "withheld"
            fields = {
                "id": f"{name}:{station.id}",
                "name": station.name,
                "latitude": round(station.latitude, 6),
                "longitude": round(station.longitude, 6),
                "distance_m": round(metres),
                "walk_m": round(way_m),
                "walk_s": round(way_m / walk_mps),
                "bikes_available": station.bikes if is_told else None,
                "docks_available": station.docks if is_told else None,
                "is_renting": station.is_renting,
                "is_returning": station.is_returning,
                "basis": basis,
                "observed_at": times.find(station.observed_at),
                "fetched_at": times.find(system.fetched_at),
            }
            found.append((metres, fields))
    return [fields for _, fields in sorted(found, key=lambda each: each[0])[:limit]]
