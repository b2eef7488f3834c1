"""What was nearby at an earlier moment, as it was answered then."""

import time
from collections.abc import Iterable
from datetime import datetime

import orjson
from fastapi import Request
from starlette.responses import Response

from api.answering import respond, within_reach
from api.arrivals.stop_view import find_stop
from api.charging import charge
from api.crosswalks.asking import asked_own, beside, root_kind
from api.expression import express, expression_of
from api.nearby.render_stops import STOPS_A_TOKEN, Fields, Sought, find_stops, tell_stops, walk_then_time
from api.past.as_of import AsItWas, OfPast, view_as_of
from api.problems import NOT_READY
from api.reached.view_for import language_of, view_for
from api.refusal import Refusal
from api.rendered import rendered
from api.view.memory import View


async def answer_then(request: Request, as_of: datetime, sought: Sought) -> Response:
    """Stops around a place as of a moment, out of every timetable in use that has some there.

    Raises:
        Refusal: no timetable is known yet, that moment is not kept or not granted, or too many ask for the past.
    """
    live = view_for(request)
    names = list(dict.fromkeys(stop.compiled.name for stop in find_stops(live, sought)[0])) or live.shelf.names()[:1]
    if not names:
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    told: list[Fields] = []
    for name in names:
        was = await view_as_of(request, as_of, OfPast(name, lambda view: _list_keys(view, sought), of=repr(sought)))
        told.append(await _tell(request, was, sought))
    stops = sorted((stop for each in told for stop in each["stops"]), key=lambda stop: int(stop["distance_m"]))
    await charge(request, -(-min(sought.limit, len(stops)) // STOPS_A_TOKEN) - 1)
    fields = {
        "stops": sorted(stops[: sought.limit], key=walk_then_time),
        "bike_stations": [],
        "warnings": [warning for each in told for warning in each["warnings"]],
        "as_of": {**told[0]["as_of"], "lines": [line for each in told for line in each["as_of"]["lines"]]},
    }
    expressed = express(orjson.dumps(fields), expression_of(request))
    body = beside(asked_own(request), expressed, root_kind(request.scope["route"].path))
    return respond(rendered(body, time.monotonic(), language=language_of(request).told), request.headers)


def _list_keys(view: View, sought: Sought) -> Iterable[str]:
    """The line groups (keys) that the stops found rest on."""
    keys: dict[str, None] = {}
    for stop in find_stops(view, sought)[0][: sought.limit]:
        compiled = stop.compiled
        keys |= dict.fromkeys(find_stop(view, f"{compiled.name}:{compiled.timetable.stop_id[stop.row]}").line_keys)
    return keys


async def _tell(request: Request, was: AsItWas, sought: Sought) -> Fields:
    """What one timetable had nearby, as far as the grant goes."""
    found, warnings = find_stops(was.view, sought)
    told = await tell_stops(was.view, found, sought)
    fields = {"stops": told.stops, "bike_stations": [], "warnings": warnings, "as_of": was.rests_on}
    granted: Fields = orjson.loads(within_reach(request, was.view, orjson.dumps(fields)))
    return granted
