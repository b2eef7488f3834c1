"""``GET /v1/lines/{line_id}/vehicles`` and ``/v1/vehicles/{vehicle_id}``."""

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answering import Answer
from api.expression import read_expression
from api.ids import PathId, split_id
from api.lines.find_line import find_line
from api.past.as_of import AsOf, OfPast, answer_as_of, timetable_of
from api.problems import UNKNOWN_VEHICLE
from api.refusal import Refusal
from api.vehicles.schemas import VehicleAnswer, VehiclesAnswer
from api.vehicles.write_vehicle import VehicleHere, list_vehicles_of, vehicle_fields
from api.view.memory import View
from api.warnings import list_warnings
from schemas.line_key import make_line_key

router = APIRouter(tags=["vehicles"], dependencies=[Depends(read_expression)])


@router.get("/v1/lines/{line_id}/vehicles", response_model=VehiclesAnswer, summary="A line's vehicles")
async def list_vehicles(request: Request, line_id: PathId, as_of: AsOf = None) -> Response:
    """Where each of a line's vehicles is, on which run, how late and how full."""
    past = OfPast(split_id(line_id).owner, lambda view: _keys_of(view, line_id))
    return await answer_as_of(request, as_of, past, lambda view: render_vehicles(view, line_id))


def _keys_of(view: View, line_id: str) -> list[str]:
    line = find_line(view, line_id)
    return [make_line_key(line.compiled.name, line.group)]


def render_vehicles(view: View, line_id: str) -> Answer:
    """A line's vehicles, from memory.

    Raises:
        Refusal: there is no such line.
    """
    line = find_line(view, line_id)
    now = view.now(line.compiled.name)
    vehicles = [] if line.value is None else list_vehicles_of(view, line.value, line_id=line.local_id, now=now)
    fields = {
        "line": line.compiled.line_json(line.row),
        "computed_at": line.compiled.times.find(line.value.forecasts.computed_at) if line.value else None,
        "warnings": list_warnings(view, line.compiled, [line.value]),
        "vehicles": [vehicle_fields(vehicle, now) for vehicle in vehicles],
    }
    return Answer(orjson.dumps(fields), (make_line_key(line.compiled.name, line.group),))


@router.get("/v1/vehicles/{vehicle_id}", response_model=VehicleAnswer, summary="One vehicle")
async def get_vehicle(request: Request, vehicle_id: PathId, as_of: AsOf = None) -> Response:
    """Where a vehicle is and how fresh that is; once it is silent too long, it is unknown."""
    timetable = timetable_of(request.app.state.view, vehicle_id)
    past = OfPast(timetable, lambda _view: (), frozenset((vehicle_id,)))
    return await answer_as_of(request, as_of, past, lambda view: _render_vehicle(view, vehicle_id))


def _render_vehicle(view: View, vehicle_id: str) -> Answer:
    vehicle = find_vehicle(view, vehicle_id)
    fields = vehicle_fields(vehicle, view.now(vehicle.compiled.name))
    fields["warnings"] = list_warnings(view, vehicle.compiled, [vehicle.line])
    return Answer(orjson.dumps(fields), (vehicle.line.forecasts.line_group,))


def find_vehicle(view: View, vehicle_id: str) -> VehicleHere:
    """The vehicle of a public id, on the run it is on.

    Raises:
        Refusal: it was not heard of late.
    """
    key = view.vehicles.get(vehicle_id)
    vehicle = None if key is None else _find_run(view, key, vehicle_id)
    if vehicle is None:
        raise Refusal(UNKNOWN_VEHICLE, f"No vehicle {vehicle_id!r} was seen of late; ids read <feed>:<vehicle id>.")
    return vehicle


def _find_run(view: View, key: str, vehicle_id: str) -> VehicleHere | None:
    """The run of a vehicle that is heard; before the run it is due on next, the one it is on."""
    line = view.lines[key]
    compiled = view.shelf[line.forecasts.timetable]
    now = view.now(compiled.name)
    name = line.forecasts.name_vehicle
    runs = [run for run in line.forecasts.runs if name(run) == vehicle_id and run.valid_until >= now]
    runs.sort(key=lambda run: run.due)
    return VehicleHere(compiled, line, runs[0]) if runs else None
