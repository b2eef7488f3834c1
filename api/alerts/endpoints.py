"""``GET /v1/alerts``."""

import time
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.alerts.schemas import AlertsAnswer
from api.alerts.write_alerts import write_alerts
from api.answering import respond
from api.gtfs_realtime.gather import Asked, gather_entities, list_line_keys
from api.gtfs_realtime.line_entities import FeedForm, FeedKind, LineEntities
from api.ids import ID_CHARACTERS_MAX, split_id
from api.problems import INVALID_PARAMETER, NOT_READY
from api.reached.view_for import kept_as, plain_view_for
from api.refusal import Refusal
from api.rendered import Rendered, rendered
from api.view.local_times import LocalTimes
from api.view.memory import View

router = APIRouter(tags=["alerts"])

_NAMED = FeedForm(FeedKind.ALERTS, with_names=True)


@router.get("/v1/alerts", response_model=AlertsAnswer, summary="What is said to riders")
async def list_alerts(
    request: Request,
    *,
    timetable: Annotated[str, Query(max_length=64, description="Only this timetable's")] = "",
    line: Annotated[
        str, Query(max_length=ID_CHARACTERS_MAX, description="Only what concerns this line: `<timetable>:<route_id>`")
    ] = "",
) -> Response:
    """Every alert in force: the agencies', the operator's, and what Headway itself sees to go wrong.

    They are those of `/v1/gtfs-realtime/alerts.pb`, in the same words.
    """
    view = plain_view_for(request)
    if not request.app.state.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    target = kept_as(request)
    kept = view.rendered.find(target, time.monotonic())
    if kept is None:
        kept = await _render(request, view, Asked(timetable, line))
        view.rendered.put(target, kept, ())
    return respond(kept, request.headers)


async def _render(request: Request, view: View, asked: Asked) -> Rendered:
    told = await tell_alerts(request, view, asked)
    return rendered(orjson.dumps({"alerts": told}), time.monotonic())


async def tell_alerts(request: Request, view: View, asked: Asked) -> list[dict[str, object]]:
    """The alerts in force of a timetable or line, or all, in JSON.

    Raises:
        Refusal: there is no such timetable or line.
    """
    owner = asked.timetable or split_id(asked.line).owner
    if owner and view.shelf.find_newest(owner) is None:
        names = ", ".join(view.shelf.names()) or "none"
        raise Refusal(INVALID_PARAMETER, f"timetable: {owner!r} is not in use; there are: {names}.")
    keys = list_line_keys(view, asked.timetable, asked.line)
    made: LineEntities = request.app.state.line_entities.setdefault(view, LineEntities())
    _, entities = await gather_entities(made, view, keys, _NAMED, asked)
    return write_alerts(entities, _times_of(view, owner))


def _times_of(view: View, timetable: str) -> LocalTimes:
    """The clock of the timetable asked about, else of the first."""
    names = view.shelf.names()
    compiled = view.shelf.find_newest(timetable or names[0]) if names else None
    if compiled is None:
        raise Refusal(INVALID_PARAMETER, "No timetable of yours is in use.")
    return compiled.times
