"""``GET /v1/nearby``."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import Answer, answer_in_slices
from api.arrivals.endpoints import render_arrivals
from api.charging import charge
from api.expression import read_expression, read_place
from api.nearby.list_bikes import list_bikes
from api.nearby.list_opposites import list_opposites
from api.nearby.schemas import NearbyAnswer
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.stops.find_stops import FoundStop, find_near
from api.stops.find_stops import Place as Around
from api.view.memory import View
from api.warnings import list_warnings
from transit.answers.selection import Wish
from transit.coordinates.datum import Place
from transit.nearby.walking import WALK_MPS, crow_m, judge_catch, walk_m

BOX_M: Final = 20_000
"""A box is no larger than this across."""

STOPS_A_TOKEN: Final = 10
_SLICE: Final = 4
"""Stops told before others have their turn: some two milliseconds."""

Fields = dict[str, Any]

router = APIRouter(tags=["nearby"], dependencies=[Depends(read_expression)])


@router.get("/v1/nearby", response_model=NearbyAnswer, summary="Stops nearby with what comes next")
async def get_nearby(
    request: Request,
    *,
    near: Annotated[str, Query(max_length=60, description="Where one is: `<latitude>,<longitude>`")] = "",
    box: Annotated[
        str,
        Query(max_length=90, description="Or `<south>,<west>,<north>,<east>`, WGS-84; walks are from its middle"),
    ] = "",
    radius_m: Annotated[int, Query(ge=1, le=5000, description="How far around, in metres")] = 500,
    limit: Annotated[int, Query(ge=1, le=50, description="Stops at most, a station being one")] = 10,
    per_line: Annotated[int, Query(ge=1, le=10, description="Arrivals of each line, direction and destination")] = 2,
    walk_mps: Annotated[float, Query(ge=0.3, le=3, description="How fast one walks, metres a second")] = WALK_MPS,
) -> Response:
    """Buses and trains together, by how far one walks and then when they come; each says whether one catches it.

    Costs a token for each ten stops told, as a batch does.
    """
    if bool(near) == bool(box):
        raise Refusal(INVALID_PARAMETER, "Give near=<latitude>,<longitude> or box=<south>,<west>,<north>,<east>.")
    view: View = request.app.state.view
    corners = _read_box(box) if box else None
    place = _middle(*corners) if corners else read_place(view, near)
    radius = max(crow_m(place, corner) for corner in corners) if corners else float(radius_m)
    wish = Wish(per_line=per_line, limit=100)

    async def render(view: View) -> Answer:
        found, warnings = _find(view, place, radius, corners)
        await charge(request, -(-min(limit, len(found)) // STOPS_A_TOKEN) - 1)
        told = []
        for number, stop in enumerate(found[:limit], start=1):
            told.append(_tell(view, stop, place, wish, walk_mps))
            if number % _SLICE == 0:
                await asyncio.sleep(0)
        keys = {key for _, lines in told for key in lines}
        stops = sorted((fields for fields, _ in told), key=_walk_then_time)
        bikes = _list_bikes(view, place, radius, limit, walk_mps)
        return Answer(orjson.dumps({"stops": stops, "bike_stations": bikes, "warnings": warnings}), keys)

    return await answer_in_slices(request, render)


def _list_bikes(view: View, place: Place, radius_m: float, limit: int, walk_mps: float) -> list[Fields]:
    names = view.shelf.names() if view.bikes.systems else []
    compiled = view.shelf.find_newest(names[0]) if names else None
    return [] if compiled is None else list_bikes(view, place, radius_m, limit, walk_mps, compiled.times)


def _read_box(box: str) -> tuple[Place, Place]:
    try:
        south, west, north, east = (float(part) for part in box.split(","))
    except ValueError:
        raise Refusal(INVALID_PARAMETER, f"box: {box!r} is not <south>,<west>,<north>,<east>.") from None
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        raise Refusal(INVALID_PARAMETER, f"box: {box!r}: south before north, west before east, in degrees.")
    corners = Place(south, west), Place(north, east)
    if crow_m(*corners) > BOX_M:
        raise Refusal(INVALID_PARAMETER, f"box: over {BOX_M // 1000} km across; ask for less.")
    return corners


def _middle(one: Place, other: Place) -> Place:
    return Place((one.latitude + other.latitude) / 2, (one.longitude + other.longitude) / 2)


def _find(
    view: View, place: Place, radius_m: float, corners: tuple[Place, Place] | None
) -> tuple[list[FoundStop], list[Fields]]:
    """Stops and stations that are served, nearest first; a platform is told by its station."""
    found: list[FoundStop] = []
    warnings: list[Fields] = []
    for name in view.shelf.names():
        compiled = view.find_in_force(name)
        if compiled is None:
            continue
        table = compiled.timetable
        around = find_near(compiled, Around(place.latitude, place.longitude, radius_m))
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


def _walk_then_time(stop: Fields) -> tuple[int, str]:
    first = stop["arrivals"][0]["expected_at"] or "" if stop["arrivals"] else "~"
    return stop["walk_m"], str(first)
