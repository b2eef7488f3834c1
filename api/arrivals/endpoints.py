"""``GET /v1/stops/{stop_id}/arrivals``."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import Answer
from api.arrivals.day_at_stop import read_day_at_stop
from api.arrivals.headway_block import headway_fields
from api.arrivals.said_here import list_said
from api.arrivals.schemas import ArrivalsAnswer
from api.arrivals.stop_view import StopHere, find_stop, view_stop
from api.arrivals.write_arrival import write_arrival
from api.expression import read_expression
from api.ids import ID_CHARACTERS_MAX, PathId, split_id
from api.past.as_of import AsOf, OfPast, answer_as_of
from api.problems import INVALID_PARAMETER
from api.refusal import Refusal
from api.view.memory import View
from api.warnings import list_warnings
from transit.answers.coming import Coming
from transit.answers.merge import list_comings
from transit.answers.selection import Wish, select_next
from transit.answers.why_empty import reason_empty
from transit.conditions.first_last import is_last
from transit.timetable.service_day import service_day_of

HORIZON_MAX_S = 4 * 3600
LIMIT_MAX = 100
LINES_MAX = 50

router = APIRouter(tags=["arrivals"], dependencies=[Depends(read_expression)])


@router.get("/v1/stops/{stop_id}/arrivals", response_model=ArrivalsAnswer, summary="The next vehicles at a stop")
async def list_arrivals(
    request: Request,
    stop_id: PathId,
    *,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Arrivals in the answer, at most")] = 20,
    per_line: Annotated[
        int,
        Query(ge=0, le=20, description="The next so many of each line, direction and destination; 0: no such limit"),
    ] = 0,
    horizon_s: Annotated[int | None, Query(ge=60, le=HORIZON_MAX_S, description="How far ahead, in seconds")] = None,
    minutes: Annotated[int | None, Query(ge=1, le=HORIZON_MAX_S // 60, description="The same in minutes")] = None,
    lines: Annotated[
        str, Query(max_length=LINES_MAX * ID_CHARACTERS_MAX, description="Only these lines: ids, comma-separated")
    ] = "",
    direction_id: Annotated[int | None, Query(ge=0, le=1, description="Only this direction")] = None,
    include: Annotated[
        Literal["alight_only"] | None, Query(description="Also calls where passengers can only get off")
    ] = None,
    as_of: AsOf = None,
) -> Response:
    """Who comes next, how surely, how far away and how full; a station answers for all its platforms."""
    wish = Wish(
        horizon_s=_horizon_s(horizon_s, minutes),
        limit=limit,
        per_line=per_line,
        lines=_wanted_lines(lines, stop_id),
        direction_id=direction_id,
        alight_only=include == "alight_only",
    )
    past = OfPast(split_id(stop_id).owner, lambda view: find_stop(view, stop_id).line_keys)
    return await answer_as_of(request, as_of, past, lambda view: render_arrivals(view, stop_id, wish))


def _horizon_s(horizon_s: int | None, minutes: int | None) -> int:
    if horizon_s is not None and minutes is not None:
        raise Refusal(INVALID_PARAMETER, "Give horizon_s or minutes, not both.")
    if horizon_s is not None:
        return horizon_s
    return 3600 if minutes is None else minutes * 60


def _wanted_lines(lines: str, stop_id: str) -> frozenset[str] | None:
    if not lines:
        return None
    wanted = [split_id(line) for line in lines.split(",")]
    owner = split_id(stop_id).owner
    if len(wanted) > LINES_MAX:
        raise Refusal(INVALID_PARAMETER, f"lines: {len(wanted)} ids; {LINES_MAX} at most.")
    strange = [line.local for line in wanted if line.owner != owner]
    if strange:
        raise Refusal(INVALID_PARAMETER, f"lines: {strange[0]!r} is no line of the stop's timetable {owner!r}.")
    return frozenset(line.local for line in wanted)


def render_arrivals(view: View, stop_id: str, wish: Wish) -> Answer:
    """The whole answer about one stop, from memory.

    Raises:
        Refusal: no timetable knows the stop.
    """
    stop = find_stop(view, stop_id)
    now = view.now(stop.compiled.name)
    here = view_stop(view, stop, now, wish.horizon_s)
    wish = wish.within(view.lines_within(stop.compiled))
    candidates = list_comings(here, wish, now)
    comings = select_next(candidates, wish)
    computed_at = max((line.forecasts.computed_at for line in here.lines.values()), default=None)
    head = {
        "stop": stop.compiled.place_json(stop.row),
        "timetable": stop.compiled.timetable.hash,
        "computed_at": stop.compiled.times.find(computed_at),
        "warnings": [*list_warnings(view, stop.compiled, here.lines.values()), *list_said(view, stop)],
        "headways": headway_fields(stop.compiled.name, here, candidates, wish, now),
        **(_nothing_comes(view, stop, wish, now) if not comings else {"reason": None, "next_at": None}),
    }
    arrivals = b",".join([write_arrival(view, coming, now, last=_is_last(view, stop, coming)) for coming in comings])
    body = b"".join((orjson.dumps(head)[:-1], b',"arrivals":[', arrivals, b"]}"))
    return Answer(body, stop.line_keys)


def _is_last(view: View, stop: StopHere, coming: Coming) -> bool:
    """Whether it is the service day's last, by the timetable, from this stop to where it ends."""
    if coming.key is None:
        return False
    day = service_day_of(coming.key.service_date)
    ends = view.board.first_last(stop.compiled.name, stop.local_id, day)
    return is_last(ends, view.shelf[coming.here.timetable].timetable, coming.here, coming.key)


def _nothing_comes(view: View, stop: StopHere, wish: Wish, now: float) -> dict[str, object]:
    day = read_day_at_stop(view, stop, wish, now)
    return {"reason": reason_empty(day, now), "next_at": stop.compiled.times.find(day.next_at)}
