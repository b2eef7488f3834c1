"""``GET /v1/stops/{stop_id}`` and ``/v1/stops?near=`` or ``?query=``."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import Answer, answer
from api.arrivals.stop_view import find_stop
from api.expression import read_expression, read_place
from api.ids import PathId
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.stops.find_stops import FoundStop, Place, find_named, find_near
from api.stops.schemas import StopDetail, StopsAnswer
from api.view.compiled_view import CompiledView
from api.view.memory import View
from api.warnings import list_warnings
from transit.answers.calls_here import platforms_of

RADIUS_MAX_M = 5000
LIMIT_MAX = 200

router = APIRouter(tags=["stops"], dependencies=[Depends(read_expression)])


@router.get("/v1/stops", response_model=StopsAnswer, summary="Stops near a place, or by name")
async def list_stops(
    request: Request,
    *,
    near: Annotated[
        str,
        Query(max_length=60, description="`<latitude>,<longitude>`; `gcj02:` or `bd09:` may stand before"),
    ] = "",
    radius_m: Annotated[int, Query(ge=1, le=RADIUS_MAX_M, description="How far around, in metres")] = 500,
    query: Annotated[str, Query(max_length=100, description="Words of the stop's name, or its code")] = "",
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Stops in the answer, at most")] = 20,
) -> Response:
    """The stops around a place, nearest first, or those whose name holds the words."""
    if bool(near) == bool(query.strip()):
        raise Refusal(INVALID_PARAMETER, "Give near=<latitude>,<longitude> or query=<words>, one of the two.")
    found = read_place(request.app.state.view, near) if near else None
    place = Place(found.latitude, found.longitude, radius_m) if found else None
    return answer(request, lambda view: _render_stops(view, place, query, limit))


def _render_stops(view: View, place: Place | None, query: str, limit: int) -> Answer:
    found: list[FoundStop] = []
    warnings: list[dict[str, object]] = []
    for name in view.shelf.names():
        compiled = view.find_in_force(name)
        if compiled is not None:
            near = find_near(compiled, place) if place else find_named(compiled, query)
            found.extend(stop for stop in near if view.has_stop(compiled, stop.row))
            warnings.extend(list_warnings(view, compiled))
    if place:
        found.sort(key=lambda stop: stop.distance_m or 0.0)
    stops = [_found_fields(stop) for stop in found[:limit]]
    return Answer(orjson.dumps({"stops": stops, "warnings": warnings}), ())


def _found_fields(stop: FoundStop) -> dict[str, object]:
    away_m = None if stop.distance_m is None else round(stop.distance_m)
    return {**stop.compiled.place_fields(stop.row), "distance_m": away_m}


@router.get("/v1/stops/{stop_id}", response_model=StopDetail, summary="One stop or station")
async def get_stop(request: Request, stop_id: PathId) -> Response:
    """What a stop is called, where it is, its platforms and the lines that call there."""
    return answer(request, lambda view: _render_stop(view, stop_id))


def _render_stop(view: View, stop_id: str) -> Answer:
    stop = find_stop(view, stop_id)
    compiled = stop.compiled
    lines = sorted({here.line for calls in compiled.calls_at(stop.row).values() for here in calls})
    fields = {
        **compiled.place_fields(stop.row),
        "platforms": [compiled.place_json(row) for row in _platforms(compiled, stop.row)],
        "lines": [compiled.line_json(line) for line in lines],
        "warnings": list_warnings(view, compiled),
    }
    return Answer(orjson.dumps(fields), ())


def _platforms(compiled: CompiledView, stop: int) -> list[int]:
    kinds = compiled.timetable.stop_location_type
    return [row for row in platforms_of(compiled.timetable, stop) if row != stop and kinds[row] == 0]
