"""``GET`` and ``POST /v1/arrivals``: many stops, lines or vehicles at once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answering import CACHE_CONTROL, VARY
from api.arrivals.schemas import Arrival
from api.batch.answer_item import ItemWriter
from api.batch.as_it_was import name_of, read_then
from api.batch.pages import Asked, read_page
from api.batch.pieces import Piece, etag_of, join_gzip, make_piece
from api.batch.schemas import GET_ITEMS_MAX, BatchAnswer, BatchRequest
from api.batch.warm_items import WarmItems
from api.charging import charge
from api.crosswalks.asked_within import holds_of
from api.crosswalks.asking import Holds, asked_own, beside, our_id, partners_own
from api.expression import express, expression_of, read_expression
from api.ids import ID_CHARACTERS_MAX
from api.negotiation import accepts_gzip, holds
from api.past.as_of import AsOf
from api.problems import INVALID_PARAMETER, NOT_READY
from api.reached.prune import prune
from api.reached.reached_view import ReachedView
from api.reached.shapes import SHAPES
from api.reached.view_for import language_of, reach_of, view_for
from api.refusal import Refusal
from api.view.memory import View
from transit.answers.selection import Wish
from transit.crosswalk.entries import Kind
from transit.crosswalk.own_ids import OwnIds

ITEMS_A_TOKEN: Final = 10
"""Items begun for each token of the quota."""

_JOINED_APART_FROM: Final = 200
"""Pieces, with the commas between; a hundred items."""

_SLICE: Final = 4
"""Answers made between two looks at other requests: some milliseconds."""

_JSON: Final = "application/json"
_COMMA: Final = make_piece(b",")
_END: Final = make_piece(b"]}")
_IDS_CHARACTERS_MAX: Final = GET_ITEMS_MAX * ID_CHARACTERS_MAX

router = APIRouter(tags=["arrivals"], dependencies=[Depends(read_expression)])

_Ids = Annotated[str, Query(max_length=_IDS_CHARACTERS_MAX, description="Ids with commas between, 100 at most in all")]


@router.get("/v1/arrivals", response_model=BatchAnswer, summary="Many stops, lines or vehicles at once")
async def list_batch(
    request: Request,
    *,
    stops: _Ids = "",
    lines: _Ids = "",
    vehicles: _Ids = "",
    limit: Annotated[int, Query(ge=1, le=100, description="Arrivals of each stop, at most")] = 10,
    per_line: Annotated[int, Query(ge=0, le=20, description="Of each line, direction and destination")] = 0,
    horizon_s: Annotated[int, Query(ge=60, le=14400, description="How far ahead, in seconds")] = 3600,
    fields: Annotated[
        str, Query(max_length=1000, description="Only these members of each arrival, commas between")
    ] = "",
    page_size: Annotated[int, Query(ge=1, le=1000, description="Items in one answer, at most")] = 1000,
    cursor: Annotated[str, Query(max_length=200, description="The `next_cursor` of the page before")] = "",
    as_of: AsOf = None,
) -> Response:
    """Each item is answered or refused on its own; the answer is 200 as long as the request itself is sound."""
    named = [_split(ids) for ids in (stops, lines, vehicles)]
    if sum(len(ids) for ids in named) > GET_ITEMS_MAX:
        raise Refusal(INVALID_PARAMETER, f"More than {GET_ITEMS_MAX} items: POST them to this path, 1,000 at most.")
    too_long = [each for ids in named for each in ids if len(each) > ID_CHARACTERS_MAX]
    if too_long:
        raise Refusal(INVALID_PARAMETER, f"An id has {ID_CHARACTERS_MAX} characters at most, not {len(too_long[0])}.")
    asked = BatchRequest(
        stops=named[0],
        lines=named[1],
        vehicles=named[2],
        limit=limit,
        per_line=per_line,
        horizon_s=horizon_s,
        fields=_split(fields),
        page_size=page_size,
        cursor=cursor,
    )
    return await _answer(request, asked, as_of)


@router.post("/v1/arrivals", response_model=BatchAnswer, summary="Up to 1,000 stops, lines or vehicles at once")
async def post_batch(request: Request, asked: BatchRequest, as_of: AsOf = None) -> Response:
    """The same as GET, for more than a URL holds; nothing is changed by it."""
    return await _answer(request, asked, as_of)


def _split(ids: str) -> list[str]:
    return [each for each in ids.split(",") if each]


async def _answer(request: Request, asked: BatchRequest, as_of: datetime | None) -> Response:
    if not request.app.state.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    strange = sorted(set(asked.fields) - set(Arrival.model_fields))
    if strange:
        raise Refusal(INVALID_PARAMETER, f"fields: an arrival has no {strange[0]!r}; /openapi.json lists what it has.")
    own = partners_own(request)
    if own is not None:
        holds = holds_of(request.app.state.view, reach_of(request))
        asked, own = _in_our_ids(asked, own, holds, is_asked=asked_own(request) is not None)
    page = read_page(asked)
    await charge(request, -(-len(page.items) // ITEMS_A_TOKEN) - 1)
    then = None if as_of is None else await read_then(request, as_of, page.items)
    wish = Wish(horizon_s=asked.horizon_s, limit=asked.limit, per_line=asked.per_line)
    fields, expression = frozenset(asked.fields), expression_of(request)

    def writer_from(view: View, kept: WarmItems) -> ItemWriter:
        return ItemWriter(view, kept, wish, fields, expression, own)

    live = request.app.state.view
    now = writer_from(view_for(request), request.app.state.warm_items)
    past = {} if then is None else {name: writer_from(view, WarmItems()) for name, view in then.views.items()}
    written, failed = await _write(page.items, lambda item: past.get(name_of(live, item), now) if past else now)
    head = {"asked": page.asked, "failed": failed, "next_cursor": page.next_cursor}
    told = orjson.dumps(head)
    if then is not None:
        told = _tell_then(request, head | {"as_of": then.rests_on}, own)
    return await _respond(request, [make_piece(told[:-1] + b',"items":['), *_with_commas(written), _END])


async def _write(items: Sequence[Asked], writer_of: Callable[[Asked], ItemWriter]) -> tuple[list[Piece], int]:
    """Each item as JSON, looking at other requests in between, and how many could not be answered."""
    written, begun = [], 0
    writers: dict[int, ItemWriter] = {}
    for item in items:
        writer = writer_of(item)
        writers[id(writer)] = writer
        before = writer.rendered
        written.append(writer.write(item))
        begun += writer.rendered - before
        if begun >= _SLICE:
            begun = 0
            await asyncio.sleep(0)
    return written, sum(writer.failed for writer in writers.values())


def _tell_then(request: Request, head: dict[str, object], own: OwnIds | None) -> bytes:
    """The head of a batch of the past, as far as it is granted."""
    view = view_for(request)
    told = prune(head, SHAPES["/v1/arrivals"], view) if isinstance(view, ReachedView) else head
    return beside(own, express(orjson.dumps(told), expression_of(request)))


def _in_our_ids(
    asked: BatchRequest, own: OwnIds, holds: Holds | None, *, is_asked: bool
) -> tuple[BatchRequest, OwnIds | None]:
    """The request by our ids, and the partner's to be told beside them, where it asks by them or for them."""
    stops = [our_id(own, Kind.STOPS, each, holds) for each in asked.stops]
    lines = [our_id(own, Kind.LINES, each, holds) for each in asked.lines]
    named = stops != asked.stops or lines != asked.lines
    return asked.model_copy(update={"stops": stops, "lines": lines}), own if named or is_asked else None


async def _join(join: Callable[[Sequence[Piece]], bytes], pieces: Sequence[Piece]) -> bytes:
    """Many pieces are joined beside the other answers: a thousand take some 20 ms."""
    return join(pieces) if len(pieces) < _JOINED_APART_FROM else await asyncio.to_thread(join, pieces)


def _with_commas(written: Sequence[Piece]) -> Iterator[Piece]:
    for place, piece in enumerate(written):
        if place:
            yield _COMMA
        yield piece


async def _respond(request: Request, pieces: Sequence[Piece]) -> Response:
    """Send the whole the way the request asks for it; 304 to a GET where the partner holds this very one."""
    etag = etag_of(pieces).decode()
    sent = {"etag": etag, "cache-control": CACHE_CONTROL, "vary": VARY}
    # RFC 9110: 304 answers GET and HEAD alone
    if request.method in ("GET", "HEAD") and holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=sent)
    if told := language_of(request).told:
        sent["content-language"] = told.decode()
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        body = await _join(join_gzip, pieces)
        return Response(body, headers=sent | {"content-encoding": "gzip"}, media_type=_JSON)
    body = await _join(lambda parts: b"".join([piece.plain() for piece in parts]), pieces)
    return Response(body, headers=sent, media_type=_JSON)
