"""One answer's way out: from the cache or rendered now, unchanged or whole, compressed or plain."""

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, NamedTuple

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from api.crosswalks.asking import asked_own, beside, root_kind
from api.expression import express, expression_of
from api.negotiation import accepts_gzip, holds
from api.problems import NOT_GRANTED, NOT_READY
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES
from api.reached.view_for import kept_as, language_of, view_for
from api.refusal import Refusal
from api.rendered import JSON, Rendered, rendered
from api.view.memory import View

CACHE_CONTROL: Final = "private, max-age=1"
"""An answer may be another's a second later, and belongs to the partner who asked."""

VARY: Final = "Accept-Encoding, Accept-Language"
_NOT_MODIFIED: Final = 304


class Answer(NamedTuple):
    """What an endpoint has to say: a JSON body, and the line groups (keys) whose next value makes it old."""

    body: bytes
    lines: Iterable[str]


def answer(request: Request, render: Callable[[View], Answer]) -> Response:
    """Answer in JSON from the cache, or render and keep, without what the request's reach does not hold.

    Nothing here awaits, so no answer is rendered twice at once.

    Raises:
        Refusal: this process knows no timetable yet, or whatever ``render`` refuses.
    """
    return answer_as(request, lambda view: _told(request, view, render(view)), JSON)


def answer_as(request: Request, render: Callable[[View], Answer], media: bytes) -> Response:
    """The same in any form; ``render`` itself leaves out what the view's reach does not hold.

    Raises:
        Refusal: this process knows no timetable yet, or whatever ``render`` refuses.
    """
    view = _ready_view(request)
    kept = view.rendered.find(kept_as(request), time.monotonic())
    return respond(kept or _keep(request, view, render(view), media), request.headers)


async def answer_in_slices(request: Request, render: Callable[[View], Awaitable[Answer]]) -> Response:
    """Answer in JSON as ``answer`` does, where ``render`` takes so long that it looks at other requests in between.

    Equal requests may be rendered at once, each for its own tokens.

    Raises:
        Refusal: this process knows no timetable yet, or whatever ``render`` refuses.
    """
    view = _ready_view(request)
    kept = view.rendered.find(kept_as(request), time.monotonic())
    return respond(kept or _keep(request, view, _told(request, view, await render(view)), JSON), request.headers)


def _ready_view(request: Request) -> View:
    if not request.app.state.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    return view_for(request)


def _told(request: Request, view: View, made: Answer) -> Answer:
    """An answer as this request may be told it and wishes to be."""
    body = express(within_reach(request, view, made.body), expression_of(request))
    return Answer(beside(asked_own(request), body, root_kind(request.scope["route"].path)), made.lines)


def _keep(request: Request, view: View, made: Answer, media: bytes) -> Rendered:
    kept = rendered(made.body, time.monotonic(), media=media, language=language_of(request).told)
    view.rendered.put(kept_as(request), kept, made.lines)
    return kept


def within_reach(request: Request, view: View, body: bytes) -> bytes:
    """The body without what the request's reach does not hold."""
    if not isinstance(view, ReachedView):
        return body
    shape = SHAPES.get(request.scope["route"].path)
    told = None if shape is None else prune(orjson.loads(body), shape, view)
    if told is None:
        raise Refusal(NOT_GRANTED, "No grant of yours holds this; /v1/me/grants shows what they hold.")
    return orjson.dumps(told)


def respond(kept: Rendered, headers: Headers) -> Response:
    """Send a rendered answer the way the request asks for it; 304 where the partner holds this very one."""
    sent = {"etag": kept.etag.decode(), "cache-control": CACHE_CONTROL, "vary": VARY}
    if holds(headers.get("if-none-match", ""), kept.etag.decode()):
        return Response(status_code=_NOT_MODIFIED, headers=sent)
    if kept.language:
        sent["content-language"] = kept.language.decode()
    if kept.gzip is not None and accepts_gzip(headers.get("accept-encoding", "")):
        return Response(kept.gzip, headers=sent | {"content-encoding": "gzip"}, media_type=kept.media.decode())
    return Response(kept.body, headers=sent, media_type=kept.media.decode())
