"""``GET /v1/runs/{run_id}``."""

from typing import NamedTuple

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answering import Answer
from api.arrivals.said_here import list_said_of_run
from api.arrivals.write_arrival import BASIS, PREDICTED_BY, REASON, REVISION, VERDICT
from api.expression import read_expression
from api.ids import PathId, split_id
from api.past.as_of import AsOf, OfPast, answer_as_of
from api.problems import UNKNOWN_RUN
from api.refusal import Refusal
from api.runs.schemas import RunAnswer
from api.runs.write_calls import write_calls
from api.vehicles.write_vehicle import VehicleHere, vehicle_fields, verdict_fields
from api.view.compiled_view import CompiledView, write_date
from api.view.memory import View
from api.warnings import list_warnings
from schemas.line_forecasts import RunForecast
from schemas.line_key import make_line_key
from transit.answers.calls_here import call_here
from transit.answers.expired_day import day_that_serves
from transit.answers.ladder import UNTRACKED, UNTRACKED_FEED_DOWN, Standing, is_announced, standing_of
from transit.answers.line_view import LineView
from transit.answers.run_ids import RunKey, format_run_id, parse_run_id
from transit.conditions.first_last import is_last
from transit.timetable.service_day import service_day_of

router = APIRouter(tags=["runs"], dependencies=[Depends(read_expression)])


class RunHere(NamedTuple):
    """A run that was asked for: its pattern (row), its line group, and the run itself where a vehicle is on it."""

    compiled: CompiledView
    key: RunKey
    pattern: int
    group: str
    line: LineView | None
    run: RunForecast | None


@router.get("/v1/runs/{run_id}", response_model=RunAnswer, summary="One run with all its calls")
async def get_run(request: Request, run_id: PathId, as_of: AsOf = None) -> Response:
    """A trip on a service date: its vehicle, and when it calls where."""
    past = OfPast(split_id(run_id).owner, lambda view: _keys_of(view, run_id))
    return await answer_as_of(request, as_of, past, lambda view: render_run(view, run_id))


def _keys_of(view: View, run_id: str) -> list[str]:
    """The line groups that may speak of a run: its trip's own. All would have to be read for a trip of no timetable."""
    owner, key = _read_run_id(run_id)
    groups = {group for compiled in view.list_in_use(owner) for group in _groups_of(view, compiled, key)}
    if not groups:
        _day_of(run_id, key)
        raise _unknown(owner, key)
    return sorted(make_line_key(owner, group) for group in groups)


def _groups_of(view: View, compiled: CompiledView, key: RunKey) -> list[str]:
    table = compiled.timetable
    trip = table.trip_id.find(key.trip_id)
    line = -1 if trip < 0 else int(table.pattern_line[table.trip_pattern[trip]])
    return [table.group_id[int(table.line_group[line])]] if line >= 0 and view.has_line(compiled, line) else []


def render_run(view: View, run_id: str) -> Answer:
    """A run's whole answer, from memory.

    Raises:
        Refusal: no vehicle is on such a run, and no timetable has it.
    """
    here = find_run(view, run_id)
    compiled, key, table = here.compiled, here.key, here.compiled.timetable
    now = view.now(compiled.name)
    is_feed_down = here.line is not None and here.line.is_feed_down
    standing = UNTRACKED_FEED_DOWN if is_feed_down else UNTRACKED
    if here.run is not None:
        is_feed_down = here.line is not None and here.line.is_down_for(here.run)
        standing = standing_of(here.run, now, is_feed_down=is_feed_down)
    direction = int(table.pattern_direction[here.pattern])
    vehicle = VehicleHere(compiled, here.line, here.run) if here.line and here.run and standing.is_tracked else None
    fields = {
        "run_id": format_run_id(compiled.name, key),
        "trip_id": f"{compiled.name}:{key.trip_id}",
        "service_date": write_date(key.service_date),
        "line": compiled.line_json(int(table.pattern_line[here.pattern])),
        "direction_id": None if direction < 0 else direction,
        "headsign": table.pattern_headsign[here.pattern] or None,
        "last": _is_last(view, here),
        "vehicle": vehicle_fields(vehicle, now) if vehicle and not is_announced(vehicle.run) else None,
        "basis": BASIS[standing.basis],
        "computed_at": compiled.times.find(here.line.forecasts.computed_at) if here.line else None,
        **_verdict_fields(here.run, standing),
        "revision": REVISION[here.run.revision] if vehicle and here.run else None,
        "predicted_by": PREDICTED_BY[here.run.predicted_by] if vehicle and here.run else None,
        "warnings": [
            *list_warnings(view, compiled, [here.line]),
            *list_said_of_run(view, compiled, key.trip_id, table.line_id[int(table.pattern_line[here.pattern])]),
        ],
        "calls": write_calls(compiled, key, here.pattern, vehicle=vehicle, now=now),
    }
    return Answer(orjson.dumps(fields), (make_line_key(compiled.name, here.group),))


def _is_last(view: View, here: RunHere) -> bool:
    """Whether no later run of its service day goes from its first stop to where it ends."""
    table = here.compiled.timetable
    first = call_here(table, int(table.pattern_call_offset[here.pattern]))
    day = service_day_of(here.key.service_date)
    ends = view.board.first_last(here.compiled.name, table.stop_id[first.stop], day)
    return is_last(ends, table, first, here.key)


def _verdict_fields(run: RunForecast | None, standing: Standing) -> dict[str, object]:
    if run is not None:
        return verdict_fields(run, standing)
    return {"verdict": VERDICT[standing.verdict], "verdict_reason": REASON[standing.reason]}


def find_run(view: View, run_id: str) -> RunHere:
    """The run of a public id: one that a vehicle is on, or one that the timetable has on that date.

    Raises:
        Refusal: neither is so.
    """
    owner, key = _read_run_id(run_id)
    day = _day_of(run_id, key)
    for compiled in view.list_in_use(owner):
        found = _find_tracked(view, compiled, key) or _find_aimed(view, compiled, key, day)
        if found is not None:
            return found
    raise _unknown(owner, key)


def _day_of(run_id: str, key: RunKey) -> int:
    try:
        return service_day_of(key.service_date)
    except ValueError:
        raise Refusal(UNKNOWN_RUN, f"{run_id!r}: no calendar has a day {key.service_date:08d}.") from None


def _unknown(owner: str, key: RunKey) -> Refusal:
    return Refusal(UNKNOWN_RUN, f"No trip {key.trip_id!r} of {owner!r} runs on {write_date(key.service_date)}.")


def _read_run_id(run_id: str) -> tuple[str, RunKey]:
    try:
        return parse_run_id(run_id)
    except ValueError as wrong:
        raise Refusal(UNKNOWN_RUN, f"{wrong}, all of it percent-encoded.") from None


def _find_tracked(view: View, compiled: CompiledView, key: RunKey) -> RunHere | None:
    table = compiled.timetable
    trip = table.trip_id.find(key.trip_id)
    groups = range(len(table.group_id))
    if trip >= 0:
        groups = range(group := int(table.line_group[table.pattern_line[table.trip_pattern[trip]]]), group + 1)
    for group in groups:
        line = view.find_line(compiled.name, table.group_id[group])
        run = None if line is None else line.find_run(key)
        if line is not None and run is not None and run.pattern >= 0:
            # a reach's value holds no run of a line outside it
            speaks = view.shelf[line.forecasts.timetable]
            return RunHere(speaks, key, run.pattern, table.group_id[group], line, run)
    return None


def _find_aimed(view: View, compiled: CompiledView, key: RunKey, day: int) -> RunHere | None:
    table = compiled.timetable
    trip = table.trip_id.find(key.trip_id)
    served = day_that_serves(day, last_day=table.last_service_day)
    if trip < 0 or not compiled.service_day(served).runs[table.trip_service[trip]]:
        return None
    pattern = int(table.trip_pattern[trip])
    if not view.has_line(compiled, int(table.pattern_line[pattern])):
        return None
    group = table.group_id[int(table.line_group[table.pattern_line[pattern]])]
    return RunHere(compiled, key, pattern, group, view.find_line(compiled.name, group), None)
