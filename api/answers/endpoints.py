"""``GET /v1/answers/{answer_id}``: an answer of the last thirty days taken apart, by a process of its own.

The rules that work a line out anew need the compiler of kernels, which API processes are kept free of: one process a
request, two at a time, keeps them apart and lets nothing else wait.
"""

from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answering import VARY
from api.answers.explain_process import run_explain
from api.answers.schemas import AnswerExplained
from api.charging import charge
from api.crosswalks.asking import asked_own, beside
from api.expression import express, expression_of, read_expression
from api.ids import PathId
from api.problems import INVALID_PARAMETER, NOT_FOUND
from api.process_queue import TOKENS, ProcessQueue
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES
from api.reached.view_for import language_of, reach_of, view_for
from api.refusal import Refusal
from api.view.memory import View
from transit.answers.answer_id import parse_answer_id

PATH: Final = "/v1/answers/{answer_id}"
AT_ONCE: Final = 2
WAITING_MAX: Final = 6

router = APIRouter(tags=["answers"], dependencies=[Depends(read_expression)])


@router.get(PATH, response_model=AnswerExplained, summary="An answer of the past, explained")
async def get_answer(request: Request, answer_id: PathId) -> Response:
    """What was reported, matched, told and seen to happen, the terms that sum, and what today's rules would say."""
    archive = request.app.state.archive
    if archive is None:
        raise Refusal(NOT_FOUND, "This deployment keeps no archive of answers; `headway record --answers` does.")
    name = unquote(answer_id)
    try:
        asked = parse_answer_id(name)
    except ValueError as wrong:
        raise Refusal(INVALID_PARAMETER, f"answer_id: {wrong}.") from None
    view = view_for(request)
    if view.shelf.find_newest(asked.timetable) is None:
        raise Refusal(NOT_FOUND, f"The timetable {asked.timetable!r} is not in use.")
    until = view.now(asked.timetable) if reach_of(request).delay_s else None
    if until is not None and asked.computed_at > until:
        raise Refusal(NOT_FOUND, "Your grant's delay is not over for this answer yet; ask again later.")
    await charge(request, TOKENS - 1)
    explained: ProcessQueue[bytes] = request.app.state.explained
    try:
        found = await explained.run(name, lambda: run_explain(name, archive, request.app.state.timetables))
    except Refusal as refused:
        # whether it is kept is told of what is granted alone
        is_told = refused.problem is not NOT_FOUND or not isinstance(view, ReachedView)
        raise (refused if is_told else _unknown(name)) from None
    body = orjson.loads(found)
    if until is not None:
        body["happened"] = happened_until(body["happened"], until)
    if isinstance(view, ReachedView):
        body = prune(body, SHAPES[PATH], _Then(view, asked.timetable, body))
        if body is None:
            raise _unknown(name)
    _say_in_words_of(view, asked.timetable, body["stop"])
    written = beside(asked_own(request), express(orjson.dumps(body), expression_of(request)))
    sent = {"cache-control": "no-store", "vary": VARY}
    if told := language_of(request).told:
        sent["content-language"] = told.decode()
    return Response(written, media_type="application/json", headers=sent)


def _say_in_words_of(view: View, timetable: str, stop: dict[str, Any]) -> None:
    """Name a stop as it is called today, in the request's language; one that is no more keeps its name of then."""
    compiled = view.find_in_force(timetable)
    row = -1 if compiled is None else compiled.timetable.stop_id.find(stop["id"].removeprefix(f"{timetable}:"))
    if compiled is not None and row >= 0:
        stop["name"] = compiled.timetable.stop_name[row]


class _Then:
    """What a reach holds of an answer of the past: of the line what the feed that spoke of it then gives."""

    def __init__(self, view: ReachedView, timetable: str, body: dict[str, Any]) -> None:
        self._view = view
        self._prefix = f"{timetable}:"
        self._feed = (body.get("match") or {}).get("feed")
        self.reach = view.reach

    def has_line_id(self, public_id: str) -> bool:
        """Whether a line lies within, and its feed is not withdrawn."""
        return self._view.has_line_id(public_id) and (self._feed is None or self.reach.has_feed(self._feed))

    def has_stop_id(self, stop_id: str) -> bool:
        """Whether a stop lies within; reports name it as their feed did, without its timetable."""
        is_public = stop_id.startswith(self._prefix)
        return self._view.has_stop_id(stop_id if is_public else self._prefix + stop_id)

    def fields_of_line(self, public_id: str) -> frozenset[str]:
        """The groups of fields that may be told of the line."""
        return self._view.fields_of_line(public_id) if self._feed is None else self.reach.fields_of(self._feed)


def _unknown(answer_id: str) -> Refusal:
    return Refusal(NOT_FOUND, f"No answer {answer_id!r} is kept that a grant of yours holds.")


def happened_until(happened: list[dict[str, Any]], until: float) -> list[dict[str, Any]]:
    """What was over by a moment (POSIX s)."""
    return [each for each in happened if datetime.fromisoformat(each["latest_at"]).timestamp() <= until]
