"""``GET /v1/lines/{line_id}/conditions`` and ``/v1/stops/{stop_id}/first-last``."""

from datetime import date
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import Answer, answer
from api.arrivals.stop_view import StopHere, find_stop
from api.conditions.schemas import ConditionsAnswer, FirstLastAnswer
from api.conditions.write_conditions import conditions_fields
from api.expression import read_expression
from api.ids import PathId
from api.lines.find_line import find_line
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.view.compiled_view import CompiledView, write_date
from api.view.memory import View
from api.warnings import list_warnings
from schemas.line_key import make_line_key
from transit.answers.run_ids import format_run_id
from transit.conditions.first_last import Departure, Destination, FirstLast
from transit.timetable.service_day import service_date as written_date

Fields = dict[str, object]

_NIGHT_S = 3 * 3600
"""Before this hour of the morning a rider still means last night's service, while any of it is to come."""

_DAYS_AROUND = 366
"""A timetable seldom reaches further."""

router = APIRouter(tags=["conditions"], dependencies=[Depends(read_expression)])


@router.get("/v1/lines/{line_id}/conditions", response_model=ConditionsAnswer, summary="How a line runs now")
async def get_conditions(request: Request, line_id: PathId) -> Response:
    """Headways now against those planned, bunching and gaps, a rider's expected wait, speed, service level."""
    return answer(request, lambda view: _render_conditions(view, line_id))


def _render_conditions(view: View, line_id: str) -> Answer:
    line = find_line(view, line_id)
    fields = {**conditions_fields(view, line), "warnings": list_warnings(view, line.compiled, [line.value])}
    return Answer(orjson.dumps(fields), (make_line_key(line.compiled.name, line.group),))


@router.get("/v1/stops/{stop_id}/first-last", response_model=FirstLastAnswer, summary="First and last departures")
async def get_first_last(
    request: Request,
    stop_id: PathId,
    *,
    service_date: Annotated[date | None, Query(description="The day of service; today's, or last night's")] = None,
) -> Response:
    """The service day's first and last departure to each destination; short turns stand apart from through runs."""
    return answer(request, lambda view: _render_first_last(view, stop_id, service_date))


def _render_first_last(view: View, stop_id: str, asked: date | None) -> Answer:
    stop = find_stop(view, stop_id)
    today = view.today(stop.compiled)
    day = _day_meant(view, stop) if asked is None else asked.toordinal()
    if abs(day - today) > _DAYS_AROUND:
        raise Refusal(INVALID_PARAMETER, f"service_date: {asked} is over a year away; ask for a day nearer to today.")
    ends = view.board.first_last(stop.compiled.name, stop.local_id, day)
    compiled = view.shelf.find_in_force(stop.compiled.name, day) or stop.compiled
    fields = {
        "stop": stop.compiled.place_json(stop.row),
        "service_date": write_date(written_date(day)),
        "destinations": [_destination_fields(compiled, *each) for each in sorted(ends.items())],
        "warnings": list_warnings(view, stop.compiled),
    }
    return Answer(orjson.dumps(fields), ())


def _day_meant(view: View, stop: StopHere) -> int:
    """Today; in the small hours yesterday, as long as one of its departures is still to come."""
    compiled = stop.compiled
    now, today = view.now(compiled.name), view.today(compiled)
    if now >= compiled.service_day(today).starts_at + _NIGHT_S:
        return today
    yesterday = view.board.first_last(compiled.name, stop.local_id, today - 1)
    return today - 1 if any(ends.last.at >= now for ends in yesterday.values()) else today


def _destination_fields(compiled: CompiledView, destination: Destination, ends: FirstLast) -> Fields:
    return {
        "line": compiled.line_json(compiled.timetable.line_id.find(destination.line_id)),
        "direction_id": None if destination.direction_id < 0 else destination.direction_id,
        "destination": compiled.stop_json(compiled.timetable.stop_id.find(destination.place)),
        "first": _departure_fields(compiled, ends.first),
        "last": _departure_fields(compiled, ends.last),
    }


def _departure_fields(compiled: CompiledView, departure: Departure) -> Fields:
    return {
        "departs_at": compiled.times[departure.at],
        "run_id": None if departure.key is None else format_run_id(compiled.name, departure.key),
        "headsign": compiled.headsign(departure.key, departure.here),
    }
