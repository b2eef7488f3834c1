"""Stops around a place with what comes next there, and when to leave for it."""

import asyncio
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from api.arrivals.endpoints import render_arrivals
from api.nearby.list_opposites import list_opposites
from api.stops.find_stops import FoundStop, find_near
from api.stops.find_stops import Place as Around
from api.view.memory import View
from api.warnings import list_warnings
from transit.answers.selection import Wish
from transit.coordinates.datum import Place
from transit.nearby.walking import judge_catch, walk_m

STOPS_A_TOKEN: Final = 10
_SLICE: Final = 4
"""Stops told before others have their turn: some two milliseconds."""

Fields = dict[str, Any]


class Sought(NamedTuple):
    """What is looked for: stops within ``radius_m`` of a place, or in a box (its corners), ``limit`` at most."""

    place: Place
    radius_m: float
    corners: tuple[Place, Place] | None
    limit: int
    wish: Wish
    walk_mps: float


class Told(NamedTuple):
    """Stops as they are told, and the line groups (keys) that they rest on."""

    stops: list[Fields]
    keys: set[str]


async def tell_stops(view: View, found: list[FoundStop], sought: Sought) -> Told:
    """The nearest of the stops found, by how far one walks and then when the first vehicle comes."""
    stops, keys = [], set[str]()
    for number, stop in enumerate(found[: sought.limit], start=1):
        fields, lines = _tell(view, stop, sought.place, sought.wish, sought.walk_mps)
        stops.append(fields)
        keys.update(lines)
        if number % _SLICE == 0:
            await asyncio.sleep(0)
    return Told(sorted(stops, key=walk_then_time), keys)


def find_stops(view: View, sought: Sought) -> tuple[list[FoundStop], list[Fields]]:
    """Stops and stations that are served, nearest first, and warnings; a platform is told by its station."""
    place, corners = sought.place, sought.corners
    found: list[FoundStop] = []
    warnings: list[Fields] = []
    for name in view.shelf.names():
        compiled = view.find_in_force(name)
        if compiled is None:
            continue
        table = compiled.timetable
        around = find_near(compiled, Around(place.latitude, place.longitude, sought.radius_m))
        found.extend(
            stop
            for stop in around
            if table.stop_parent[stop.row] < 0
            and compiled.groups_at(stop.row)
            and view.has_stop(compiled, stop.row)
            and (corners is None or _is_inside(stop, corners))
        )
        warnings.extend(list_warnings(view, compiled))
    found.sort(key=lambda stop: stop.distance_m or 0.0)
    return found, warnings


def _is_inside(stop: FoundStop, corners: tuple[Place, Place]) -> bool:
    table = stop.compiled.timetable
    low, high = corners
    latitude, longitude = float(table.stop_latitude[stop.row]), float(table.stop_longitude[stop.row])
    return low.latitude <= latitude <= high.latitude and low.longitude <= longitude <= high.longitude


def _tell(view: View, stop: FoundStop, place: Place, wish: Wish, walk_mps: float) -> tuple[Fields, list[str]]:
    compiled, row = stop.compiled, stop.row
    table = compiled.timetable
    made = render_arrivals(view, f"{compiled.name}:{table.stop_id[row]}", wish)
    answered = orjson.loads(made.body)
    metres = walk_m(place, Place(float(table.stop_latitude[row]), float(table.stop_longitude[row])))
    walk_s = metres / walk_mps
    now = view.now(compiled.name)
    lines = sorted({here.line for calls in compiled.calls_at(row).values() for here in calls})
    fields = {
        **compiled.place_fields(row),
        "distance_m": round(stop.distance_m or 0.0),
        "walk_m": round(metres),
        "walk_s": round(walk_s),
        "lines": [compiled.line_fields(line) for line in lines if view.has_line(compiled, line)],
        "opposite": [
            {
                "line_id": f"{compiled.name}:{table.line_id[line]}",
                "direction_id": direction,
                "stop": compiled.stop_json(found.stop),
                "walk_m": round(found.walk_m),
                "confidence": found.confidence,
            }
            for line, direction, found in list_opposites(compiled, row)
            if view.has_line(compiled, line)
        ],
        "headways": answered["headways"],
        "arrivals": [_catching(arrival, now, walk_s, compiled.times) for arrival in answered["arrivals"]],
    }
    return fields, list(made.lines)


def _catching(arrival: Fields, now: float, walk_s: float, times: dict[int, str]) -> Fields:
    """The arrival with whether one catches it, walking from here."""
    bounds = [_first(arrival, side) for side in ("early", "late")]
    expected = arrival["expected_at"] or arrival["expected_departure_at"]
    early, late = (_seconds(bound or expected) for bound in bounds)
    if early is None or late is None:
        return {**arrival, "catch": None, "leave_at": None}
    return {**arrival, "catch": judge_catch(now, walk_s, early, late), "leave_at": times[int(early - walk_s)]}


def _first(arrival: Fields, side: str) -> str | None:
    """The bound of the departure, for that is what one misses; at a last stop of the arrival."""
    found: str | None = arrival[f"expected_departure_{side}_at"] or arrival[f"expected_{side}_at"]
    return found


def _seconds(moment: str | None) -> float | None:
    return None if moment is None else datetime.fromisoformat(moment).timestamp()


def walk_then_time(stop: Fields) -> tuple[int, str]:
    """The order of stops: by how far one walks, then when the first vehicle comes."""
    first = stop["arrivals"][0]["expected_at"] or "" if stop["arrivals"] else "~"
    return stop["walk_m"], str(first)
