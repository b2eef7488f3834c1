"""``?as_of=``: a whole answer as it was at a moment of the last thirty days, under the grant as it is now."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Final, NamedTuple

import orjson
from fastapi import FastAPI, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from api.answering import Answer, answer, respond, within_reach
from api.charging import charge
from api.crosswalks.asking import asked_own, beside, root_kind
from api.expression import express, expression_of
from api.ids import split_id
from api.own.affairs import affairs_of
from api.past.past_view import PastView
from api.past.read_past import Keys, PastReader
from api.problems import INVALID_PARAMETER, NOT_KEPT
from api.process_queue import TOKENS, ProcessQueue
from api.reached.reached_view import ReachedView
from api.reached.view_for import language_of, reach_of, view_for
from api.refusal import Refusal
from api.rendered import rendered
from api.view.local_times import LocalTimes
from api.view.memory import View
from api.view.spoken_view import SpokenView
from runtime.ledger.overrides import list_overrides
from runtime.recordings.kept_values import DAYS_KEPT
from runtime.settings import Settings
from schemas.line_key import split_line_key
from transit.answers.line_view import LineView

AT_ONCE: Final = 2
WAITING_MAX: Final = 6
_DAY_S: Final = 86_400
_OFFSET_AT: Final = -6


def _with_plus(written: object) -> object:
    """A plus sign that was not percent-encoded comes as a space."""
    if isinstance(written, str) and written[_OFFSET_AT:][:1] == " ":
        return f"{written[:_OFFSET_AT]}+{written[_OFFSET_AT + 1 :]}"
    return written


AsOf = Annotated[
    datetime | None,
    BeforeValidator(_with_plus),
    Query(description=f"The whole answer as it was then, within {DAYS_KEPT} days: RFC 3339 with an offset"),
]


class OfPast(NamedTuple):
    """Whose past is asked for.

    The timetable's name, the line groups (keys) that the answer is made from, and vehicles (public ids) whose line
    groups of then are to be found. ``of`` tells one request from others to the same path.
    """

    timetable: str
    keys: Keys
    vehicles: frozenset[str] = frozenset()
    of: str = ""


class AsItWas(NamedTuple):
    """A view of the past as a request may be told it, and what answers from it rest on."""

    view: View
    rests_on: dict[str, object]


async def answer_as_of(
    request: Request, as_of: datetime | None, past: OfPast, render: Callable[[View], Answer]
) -> Response:
    """Answer as things stand, or as they stood at ``as_of``.

    Raises:
        Refusal: that moment is not kept or not granted, too many ask for the past, or whatever ``render`` refuses.
    """
    if as_of is None or view_for(request).shelf.find_newest(past.timetable) is None:
        return answer(request, render)
    was = await view_as_of(request, as_of, past)
    made = render(was.view)
    body = b"".join((made.body[:-1], b',"as_of":', orjson.dumps(was.rests_on), b"}"))
    expressed = express(within_reach(request, was.view, body), expression_of(request))
    told = beside(asked_own(request), expressed, root_kind(request.scope["route"].path))
    return respond(rendered(told, time.monotonic(), language=language_of(request).told), request.headers)


async def view_as_of(request: Request, as_of: datetime, past: OfPast) -> AsItWas:
    """The view of a timetable in use as it was, as far as this request may be told.

    Raises:
        Refusal: that moment is not kept or not granted, or too many ask for the past.
    """
    reader: PastReader | None = request.app.state.past
    if reader is None:
        raise Refusal(NOT_KEPT, "This deployment keeps no archive of answers; `headway up --record` does.")
    at = _check(as_of, view_for(request).now(past.timetable))
    await charge(request, TOKENS - 1)
    overrides = await affairs_of(request).ask(lambda session: list_overrides(session, ended_after=at))
    queue: ProcessQueue[PastView] = request.app.state.past_queue
    reach, language = reach_of(request), language_of(request)

    def keys(view: View) -> Iterable[str]:
        # what is not granted is unknown before anything is looked up
        return past.keys(view if reach.is_everything else ReachedView(view, reach))

    key = (request.scope["path"], past.timetable, past.of, at, reach.digest)
    found = await queue.run(key, lambda: reader.read(past.timetable, at, keys, overrides, past.vehicles))
    spoken = SpokenView(found, language.tag) if language.tag else found
    view = spoken if reach.is_everything else ReachedView(spoken, reach)
    return AsItWas(view, _rests_on(view, found.times, at))


def timetable_of(view: View, vehicle_id: str) -> str:
    """The name of the timetable that a vehicle's feed is of; the feed's own where it is not known."""
    feed = split_id(vehicle_id).owner
    status = view.feeds.get(feed)
    return feed if status is None else status.timetable


def give_past(app: FastAPI, view: View, settings: Settings) -> None:
    """Let the application's endpoints read the past where it is kept; a replay has none of its own."""
    is_kept = settings.archive is not None and not settings.namespace
    app.state.past = PastReader(view, settings.archive) if settings.archive and is_kept else None
    app.state.past_queue = ProcessQueue[PastView](at_once=AT_ONCE, waiting_max=WAITING_MAX)


def _check(as_of: datetime, now: float) -> int:
    """The moment (POSIX s), if it may be asked for at ``now``."""
    if as_of.tzinfo is None:
        raise Refusal(INVALID_PARAMETER, "as_of: write an offset, such as 2026-11-24T08:03:00+08:00.")
    at = int(as_of.timestamp())
    if at > now:
        raise Refusal(INVALID_PARAMETER, "as_of: that moment is still to come, or your grant's delay is not over.")
    if at < now - DAYS_KEPT * _DAY_S:
        raise Refusal(NOT_KEPT, f"as_of: answers are kept for {DAYS_KEPT} days.")
    return at


def _rests_on(view: View, times: LocalTimes, at: int) -> dict[str, object]:
    lines = [
        {"line_id": line_id, "computed_at": times[line.forecasts.computed_at]}
        for key, line in sorted(view.lines.items())
        for line_id in _lines_of(view, key, line)
    ]
    return {"at": times[at], "lines": lines}


def _lines_of(view: View, key: str, line: LineView) -> list[str]:
    """The public ids of a line group's lines."""
    name, group = split_line_key(key)
    table = view.shelf[line.forecasts.timetable].timetable
    row = table.group_id.find(group)
    first, end = table.group_line_offset[row : row + 2] if row >= 0 else (0, 0)
    return [f"{name}:{table.line_id[member]}" for member in table.group_line[first:end].tolist()]
