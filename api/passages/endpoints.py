"""``GET /v1/passages``."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.arrivals.stop_view import find_stop
from api.charging import charge
from api.crosswalks.asking import asked_own, beside
from api.expression import express, expression_of, read_expression
from api.ids import ID_CHARACTERS_MAX
from api.lines.find_line import find_line
from api.page_tokens import CHARACTERS_MAX, read_moment_token, write_moment_token
from api.passages.schemas import PassagesAnswer
from api.problems import INVALID_PARAMETER, NOT_FOUND, NOT_GRANTED
from api.process_queue import ProcessQueue
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES
from api.reached.view_for import reach_of, view_for
from api.refusal import Refusal
from api.view.compiled_view import CompiledView, write_date
from api.view.memory import View
from runtime.recordings.read_passages import UNREADABLE, PassageQuery, read_passages
from schemas.line_forecasts import Passage
from transit.answers.calls_here import platforms_of
from transit.answers.line_view import LineView
from transit.answers.run_ids import RunKey, format_run_id, parse_run_id

PATH: Final = "/v1/passages"
LIMIT_MAX: Final = 1000
SPAN_S_MAX: Final = 86_400
_HOUR_S: Final = 3600
AT_ONCE: Final = 2
"""Readings of the archive: each takes a thread of those that all else of this process shares."""

WAITING_MAX: Final = 14

Reading = ProcessQueue[list[tuple[str, Passage]]]

router = APIRouter(tags=["passages"], dependencies=[Depends(read_expression)])
Id = Annotated[str, Query(max_length=ID_CHARACTERS_MAX, description="`<timetable>:<GTFS id>`")]
Moment = Annotated[datetime | None, Query(description="RFC 3339, with an offset")]


def make_queue() -> Reading:
    """Where requests for passages wait for their turn at the archive."""
    return Reading(at_once=AT_ONCE, waiting_max=WAITING_MAX)


@router.get(PATH, response_model=PassagesAnswer, summary="When vehicles came and left")
async def list_passages(
    request: Request,
    *,
    stop: Id = "",
    line: Id = "",
    run: Annotated[str, Query(max_length=2 * ID_CHARACTERS_MAX, description="A run's id")] = "",
    first: Annotated[datetime | None, Query(alias="from", description="The last hour if left out")] = None,
    end: Annotated[
        datetime | None, Query(alias="to", description="Now if left out; a day at most after `from`")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="At most so many")] = 200,
    cursor: Annotated[
        str, Query(max_length=CHARACTERS_MAX, description="The `next_cursor` of the page before; `from` is over then")
    ] = "",
) -> Response:
    """Observed arrivals and departures of a stop or station, a line or a run, as the archive keeps them.

    Costs a token for each hour of the clock that is looked through, from `from` or the cursor to `to`.
    """
    archive = request.app.state.archive
    if archive is None:
        raise Refusal(NOT_FOUND, "This deployment keeps no archive of passages; `headway record --answers` does.")
    view = view_for(request)
    query, compiled = _read_query(view, stop=stop, line=line, run=run)
    listing = query
    last = read_moment_token(cursor, listing) if cursor else None
    now = view.now(compiled.name) - reach_of(request).delay_s
    query = _within(query, first, end, now=now, since=None if last is None else last[0])
    await charge(request, hours_of(query) - 1)
    reading: Reading = request.app.state.passages_queue
    try:
        found = await reading.run(query, lambda: asyncio.to_thread(read_passages, archive, query))
    except UNREADABLE as wrong:
        raise Refusal(NOT_FOUND, f"The archive of passages cannot be read: {type(wrong).__name__}.") from None
    # what is not granted counts for no page, and begins none
    found = [(key, each) for key, each in found if view.tells_passage(compiled.name, each)]
    if last is not None:
        found = [(key, each) for key, each in found if (each.at, each.id) > last]
    page, more = found[:limit], found[limit:]
    told = {
        "next_from": compiled.times.find(more[0][1].at if more else None),
        "next_cursor": write_moment_token(page[-1][1].at, page[-1][1].id, listing) if more else None,
    }
    written = express(_write(view, compiled, page, told), expression_of(request))
    body = beside(asked_own(request), written)
    return Response(body, media_type="application/json", headers={"cache-control": "no-store"})


def hours_of(query: PassageQuery) -> int:
    """Hours of the clock that a span touches, each a file of the archive: what the request costs."""
    return query.end_at // _HOUR_S - query.first_at // _HOUR_S + 1


def _read_query(view: View, *, stop: str, line: str, run: str) -> tuple[PassageQuery, CompiledView]:
    """What is asked for, without its span.

    Raises:
        Refusal: nothing or too much is named, or nobody knows it.
    """
    if [bool(stop), bool(line), bool(run)].count(True) != 1:
        raise Refusal(INVALID_PARAMETER, "Name one of stop, line and run.")
    if stop:
        here = find_stop(view, stop)
        table = here.compiled.timetable
        stops = tuple(table.stop_id[row] for row in platforms_of(table, here.row))
        return PassageQuery(here.compiled.name, 0, 0, stop_ids=stops), here.compiled
    if line:
        found = find_line(view, line)
        return PassageQuery(found.compiled.name, 0, 0, line_id=found.local_id), found.compiled
    try:
        owner, key = parse_run_id(run)
    except ValueError as wrong:
        raise Refusal(INVALID_PARAMETER, f"run: {wrong}.") from None
    compiled = view.find_in_force(owner)
    if compiled is None:
        raise Refusal(INVALID_PARAMETER, f"run: {run!r} names no timetable in use.")
    return PassageQuery(owner, 0, 0, trip_id=key.trip_id, service_date=key.service_date), compiled


def _within(
    query: PassageQuery, first: datetime | None, end: datetime | None, *, now: float, since: int | None
) -> PassageQuery:
    """``since`` is where the page before ended (POSIX s)."""
    if any(moment is not None and moment.tzinfo is None for moment in (first, end)):
        raise Refusal(INVALID_PARAMETER, "from, to: write an offset, such as 2026-02-16T08:00:00-05:00.")
    end_at = min(now + 1, now + 1 if end is None else end.timestamp())
    first_at = end_at - _HOUR_S if first is None else first.timestamp()
    first_at = first_at if since is None else since
    if not 0 <= end_at - first_at <= SPAN_S_MAX + 1:
        raise Refusal(INVALID_PARAMETER, "from, to: a span of a day at most that ends after it begins.")
    return query._replace(first_at=int(first_at), end_at=int(end_at))


def _write(
    view: View, compiled: CompiledView, found: Sequence[tuple[str, Passage]], more: dict[str, str | None]
) -> bytes:
    body = {"passages": [_fields(view, compiled, key, passage) for key, passage in found], **more}
    if isinstance(view, ReachedView):
        body = prune(body, SHAPES[PATH], view)
        if body is None:
            raise Refusal(NOT_GRANTED, "No grant of yours holds this; /v1/me/grants shows what they hold.")
    return orjson.dumps(body)


def _fields(view: View, compiled: CompiledView, key: str, passage: Passage) -> dict[str, object]:
    name, times = compiled.name, compiled.times
    value = view.lines.get(key)
    run = RunKey(passage.trip_id, passage.service_date, passage.start_time_s)
    return {
        "run_id": format_run_id(name, run),
        "line_id": f"{name}:{passage.line_id}",
        "service_date": write_date(passage.service_date),
        "stop_id": f"{name}:{passage.stop_id}",
        "stop_sequence": passage.stop_sequence,
        "kind": passage.kind,
        "at": times[passage.at],
        "earliest_at": times[passage.earliest_at],
        "latest_at": times[passage.latest_at],
        "vehicle_id": _vehicle_name(value, passage),
    }


def _vehicle_name(value: LineView | None, passage: Passage) -> str | None:
    """The public id of a passage's vehicle; one noted before feeds were told apart is of the feed that the line has."""
    if not passage.vehicle_id:
        return None
    if passage.feed:
        return f"{passage.feed}:{passage.vehicle_id}"
    return None if value is None else value.forecasts.name_vehicle(passage)
