"""One answer's way out: from the cache or rendered now, unchanged or whole, compressed or plain."""

import time
from collections.abc import Callable, Iterable
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

    def render_within(view: View) -> Answer:
        made = render(view)
        body = express(within_reach(request, view, made.body), expression_of(request))
        return Answer(beside(asked_own(request), body, root_kind(request.scope["route"].path)), made.lines)

    return answer_as(request, render_within, JSON)


def answer_as(request: Request, render: Callable[[View], Answer], media: bytes) -> Response:
    """The same in any form; ``render`` itself leaves out what the view's reach does not hold.

    Raises:
        Refusal: this process knows no timetable yet, or whatever ``render`` refuses.
    """
    view = view_for(request)
    if not request.app.state.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    cache = view.rendered
    target = kept_as(request)
    now = time.monotonic()
    kept = cache.find(target, now)
    if kept is None:
        made = render(view)
        kept = rendered(made.body, now, media=media, language=language_of(request).told)
        cache.put(target, kept, made.lines)
    return respond(kept, request.headers)


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
