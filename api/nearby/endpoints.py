"""``GET /v1/nearby``."""

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import Answer, answer_in_slices
from api.charging import charge
from api.expression import read_expression, read_place
from api.nearby.as_it_was import answer_then
from api.nearby.list_bikes import list_bikes
from api.nearby.render_stops import STOPS_A_TOKEN, Fields, Sought, find_stops, tell_stops
from api.nearby.schemas import NearbyAnswer
from api.past.as_of import AsOf
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.view.memory import View
from transit.answers.selection import Wish
from transit.coordinates.datum import Place
from transit.nearby.walking import WALK_MPS, crow_m

BOX_M: Final = 20_000
"""A box is no larger than this across."""

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
    as_of: AsOf = None,
) -> Response:
    """Buses and trains together, by how far one walks and then when they come; each says whether one catches it.

    Costs a token for each ten stops told, as a batch does. Of the past there are no bike stations.
    """
    if bool(near) == bool(box):
        raise Refusal(INVALID_PARAMETER, "Give near=<latitude>,<longitude> or box=<south>,<west>,<north>,<east>.")
    view: View = request.app.state.view
    corners = _read_box(box) if box else None
    place = _middle(*corners) if corners else read_place(view, near)
    radius = max(crow_m(place, corner) for corner in corners) if corners else float(radius_m)
    sought = Sought(place, radius, corners, limit, Wish(per_line=per_line, limit=100), walk_mps)

    async def render(view: View) -> Answer:
        found, warnings = find_stops(view, sought)
        await charge(request, -(-min(limit, len(found)) // STOPS_A_TOKEN) - 1)
        told = await tell_stops(view, found, sought)
        bikes = _list_bikes(view, place, radius, limit, walk_mps)
        return Answer(orjson.dumps({"stops": told.stops, "bike_stations": bikes, "warnings": warnings}), told.keys)

    if as_of is not None:
        return await answer_then(request, as_of, sought)
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
