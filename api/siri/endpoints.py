"""``GET /v1/siri/stop-monitoring.xml`` and its like, with the parameters of SIRI Lite."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.alerts.endpoints import tell_alerts
from api.answering import Answer, answer_as
from api.arrivals.endpoints import HORIZON_MAX_S, render_arrivals
from api.batch.answer_item import render_line_runs
from api.crosswalks.asked_within import holds_of
from api.crosswalks.asking import our_id, partners_own
from api.gtfs_realtime.gather import Asked
from api.ids import ID_CHARACTERS_MAX, split_id
from api.problems import INVALID_PARAMETER
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES, Shape
from api.reached.view_for import plain_view_for, reach_of
from api.refusal import Refusal
from api.rendered import JSON
from api.siri.read_request import EXAMPLE, SiriRequest, read_request
from api.siri.schemas import SiriAnswer
from api.siri.services import deliver, estimated_timetable, stop_monitoring, vehicle_monitoring
from api.siri.situations import situation_exchange
from api.siri.tree import Tree, write_json, write_xml
from api.vehicles.endpoints import render_vehicles
from api.view.memory import View
from transit.answers.selection import Wish
from transit.crosswalk.entries import Kind

XML: Final = b"application/xml"
_VISITS_MAX: Final = 100
_IDS: Final = (("MonitoringRef", Kind.STOPS), ("LineRef", Kind.LINES))
_DURATION: Final = re.compile(r"PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?(?:(\d{1,5})S)?")

router = APIRouter(tags=["siri"])

Form = Annotated[Literal["xml", "json"], Path(description="XML, or SIRI Lite's JSON")]
LineRef = Annotated[str, Query(min_length=1, max_length=ID_CHARACTERS_MAX, description="`<timetable>:<GTFS route_id>`")]
Json = Any


@router.get("/v1/siri/stop-monitoring.{form}", response_model=SiriAnswer, summary="SIRI Stop Monitoring")
async def get_stop_monitoring(
    request: Request,
    *,
    form: Form,
    stop: Annotated[
        str,
        Query(alias="MonitoringRef", min_length=1, max_length=ID_CHARACTERS_MAX, description="`<timetable>:<stop_id>`"),
    ],
    line: Annotated[str, Query(alias="LineRef", max_length=ID_CHARACTERS_MAX, description="Only this line")] = "",
    direction: Annotated[Literal["", "0", "1"], Query(alias="DirectionRef", description="Only this direction")] = "",
    visits: Annotated[int, Query(alias="MaximumStopVisits", ge=1, le=_VISITS_MAX, description="At most so many")] = 20,
    ahead: Annotated[
        str, Query(alias="PreviewInterval", max_length=12, description="How far ahead: `PT30M`, four hours at most")
    ] = "PT1H",
) -> Response:
    """The visits to a stop that `/v1/stops/{stop_id}/arrivals` tells, as SIRI 2.0."""
    wish = Wish(
        horizon_s=_seconds_of(ahead),
        limit=visits,
        lines=frozenset({split_id(line).local}) if line else None,
        direction_id=int(direction) if direction else None,
    )

    def render(view: View) -> Answer:
        made = render_arrivals(view, stop, wish)
        told = _told(view, made.body, "/v1/stops/{stop_id}/arrivals")
        now = _now(view, stop)
        vehicles: dict[str, Json] = {}
        for line_id in {arrival["line"]["id"] for arrival in told["arrivals"] if arrival.get("vehicle_id")}:
            of_line = _told(view, render_vehicles(view, line_id).body, "/v1/lines/{line_id}/vehicles")
            vehicles |= {vehicle["id"]: vehicle for vehicle in of_line["vehicles"] if "id" in vehicle}
        return _written(deliver("StopMonitoring", stop_monitoring(told, vehicles, now), now), made.lines, form)

    return answer_as(request, render, XML if form == "xml" else JSON)


@router.get("/v1/siri/vehicle-monitoring.{form}", response_model=SiriAnswer, summary="SIRI Vehicle Monitoring")
async def get_vehicle_monitoring(
    request: Request, *, form: Form, line: Annotated[LineRef, Query(alias="LineRef")]
) -> Response:
    """The vehicles that `/v1/lines/{line_id}/vehicles` tells, as SIRI 2.0."""

    def render(view: View) -> Answer:
        made = render_vehicles(view, line)
        told = _told(view, made.body, "/v1/lines/{line_id}/vehicles")
        now = _now(view, line)
        return _written(deliver("VehicleMonitoring", vehicle_monitoring(told["vehicles"]), now), made.lines, form)

    return answer_as(request, render, XML if form == "xml" else JSON)


@router.get("/v1/siri/estimated-timetable.{form}", response_model=SiriAnswer, summary="SIRI Estimated Timetable")
async def get_estimated_timetable(
    request: Request, *, form: Form, line: Annotated[LineRef, Query(alias="LineRef")]
) -> Response:
    """A line's runs with a vehicle on them and all their calls ahead, as SIRI 2.0."""

    def render(view: View) -> Answer:
        made = render_line_runs(view, line)
        shape = Shape({"line": Shape(line="id"), "runs": SHAPES["/v1/runs/{run_id}"]}, line="line.id")
        told = _pruned(view, orjson.loads(made.body), shape)
        now = _now(view, line)
        return _written(deliver("EstimatedTimetable", estimated_timetable(told["runs"], now), now), made.lines, form)

    return answer_as(request, render, XML if form == "xml" else JSON)


@router.get("/v1/siri/situation-exchange.{form}", response_model=SiriAnswer, summary="SIRI Situation Exchange")
async def get_situation_exchange(
    request: Request,
    *,
    form: Form,
    line: Annotated[str, Query(alias="LineRef", max_length=ID_CHARACTERS_MAX, description="Only this line")] = "",
) -> Response:
    """What `/v1/alerts` tells, as SIRI 2.0."""
    alerts = await tell_alerts(request, plain_view_for(request), Asked(line=line))

    def render(view: View) -> Answer:
        now = _now(view, line) if line else datetime.fromtimestamp(int(view.wall_clock()), UTC).isoformat()
        return _written(deliver("SituationExchange", situation_exchange(alerts, now), now), (), form)

    return answer_as(request, render, XML if form == "xml" else JSON)


@router.post(
    "/v1/siri",
    response_class=Response,
    summary="Any SIRI service, by a request document",
    responses={200: {"content": {"application/xml": {"schema": {"type": "string"}}}}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/xml": {"schema": {"type": "string"}, "example": EXAMPLE}},
        }
    },
)
async def post_request(request: Request) -> Response:
    """A `Siri` document with a `ServiceRequest` in, the answer of the same SIRI Lite request out, as XML.

    Its MonitoringRef and LineRef may be ids of the partner's own, as `own:<id>`.
    """
    asked = _in_our_ids(request, read_request(await request.body()))
    path = asked.path.encode()
    same = {"path": asked.path, "raw_path": path, "query_string": asked.query, "method": "GET"}
    lite, said = Request({**request.scope, **same}), asked.parameters
    line = said.get("LineRef", "")
    if asked.service == "situation-exchange":
        return await get_situation_exchange(lite, form="xml", line=line)
    needed = "MonitoringRef" if asked.service == "stop-monitoring" else "LineRef"
    if needed not in said:
        raise Refusal(INVALID_PARAMETER, f"The request names no {needed}.")
    if asked.service == "vehicle-monitoring":
        return await get_vehicle_monitoring(lite, form="xml", line=line)
    if asked.service == "estimated-timetable":
        return await get_estimated_timetable(lite, form="xml", line=line)
    return await _monitor_stop(lite, said)


def _in_our_ids(request: Request, asked: SiriRequest) -> SiriRequest:
    """The request by our ids; an own id that is not matched, or not open, stays and is answered as unknown."""
    own = partners_own(request)
    if own is None:
        return asked
    holds = holds_of(request.app.state.view, reach_of(request))
    named = {name: our_id(own, kind, asked.parameters[name], holds) for name, kind in _IDS if name in asked.parameters}
    return asked._replace(parameters=asked.parameters | named)


async def _monitor_stop(lite: Request, said: dict[str, str]) -> Response:
    direction, visits = said.get("DirectionRef", ""), said.get("MaximumStopVisits", "20")
    if direction not in ("", "0", "1"):
        raise Refusal(INVALID_PARAMETER, f"DirectionRef: {direction!r} is neither 0 nor 1.")
    if not visits.isdecimal() or not 1 <= int(visits) <= _VISITS_MAX:
        raise Refusal(INVALID_PARAMETER, f"MaximumStopVisits: {visits!r}; 1 to {_VISITS_MAX}.")
    stop, line, ahead = said["MonitoringRef"], said.get("LineRef", ""), said.get("PreviewInterval", "PT1H")
    known: Literal["", "0", "1"] = "0" if direction == "0" else "1" if direction == "1" else ""
    return await get_stop_monitoring(
        lite, form="xml", stop=stop, line=line, direction=known, visits=int(visits), ahead=ahead
    )


def _told(view: View, body: bytes, route: str) -> Json:
    """Our own answer, as the request's reach is told it."""
    return _pruned(view, orjson.loads(body), SHAPES[route])


def _pruned(view: View, told: Json, shape: Shape) -> Json:
    return prune(told, shape, view) if isinstance(view, ReachedView) else told


def _now(view: View, public_id: str) -> str:
    """The moment of answering with the city's offset."""
    name = split_id(unquote(public_id)).owner
    compiled = view.find_in_force(name)
    if compiled is None:
        raise Refusal(INVALID_PARAMETER, f"{public_id!r} names no timetable in use.")
    return compiled.times[int(view.now(name))]


def _written(document: Tree, lines: Iterable[str], form: str) -> Answer:
    return Answer(write_xml(document) if form == "xml" else write_json(document), lines)


def _seconds_of(duration: str) -> int:
    found = _DURATION.fullmatch(duration)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if not 60 <= total <= HORIZON_MAX_S:
        raise Refusal(INVALID_PARAMETER, f"PreviewInterval: {duration!r}; write PT30M, from one minute to four hours.")
    return total
