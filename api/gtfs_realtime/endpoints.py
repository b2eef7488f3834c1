"""``GET /v1/gtfs-realtime/trip-updates.pb`` and its like."""

import time
from collections.abc import Iterable
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request
from google.protobuf.json_format import MessageToDict
from google.transit.gtfs_realtime_pb2 import FeedMessage
from starlette.responses import Response

from api.answering import respond
from api.gtfs_realtime.gather import Asked, gather_entities, list_line_keys
from api.gtfs_realtime.line_entities import FeedForm, FeedKind
from api.gtfs_realtime.schemas import FeedAnswer
from api.ids import ID_CHARACTERS_MAX
from api.lane.targets import target_of
from api.problems import INVALID_PARAMETER, NOT_READY
from api.reached.view_for import reach_of, view_for
from api.refusal import Refusal
from api.rendered import Rendered, etag_of, rendered
from api.view.memory import View
from transit.gtfs_realtime.feed import join_feed, keep_newest

PROTOBUF: Final = b"application/x-protobuf"
JSON: Final = b"application/json"
SAME_FOR_S: Final = 30
"""A feed that does not change is given a new header time, and with it a new ETag, this often at least: readers hold a
header older than a minute to be stale."""

router = APIRouter(tags=["gtfs-realtime"])


@router.get("/v1/gtfs-realtime/{kind}.{form}", response_model=FeedAnswer, summary="A GTFS-realtime feed")
async def get_feed(
    request: Request,
    *,
    kind: Annotated[FeedKind, Path(description="Which entities")],
    form: Annotated[Literal["pb", "json"], Path(description="Protobuf, or its JSON mapping")],
    timetable: Annotated[str, Query(max_length=64, description="Only this timetable's lines; ids as in its GTFS")] = "",
    line: Annotated[
        str, Query(max_length=ID_CHARACTERS_MAX, description="Only this line: `<timetable>:<GTFS route_id>`")
    ] = "",
    next_runs: Annotated[
        bool, Query(description="Trip updates also of runs that a vehicle takes up when it has ended its present one")
    ] = False,
) -> Response:
    """A full dataset of GTFS-realtime 2.0: one timetable's or line's with the ids of its GTFS, else all with names."""
    view = view_for(request)
    if not request.app.state.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    if timetable and view.shelf.find_newest(timetable) is None:
        names = ", ".join(view.shelf.names()) or "none"
        raise Refusal(INVALID_PARAMETER, f"timetable: {timetable!r} is not in use; there are: {names}.")
    keys = list_line_keys(view, timetable, line)
    asked = FeedForm(kind, with_names=not (timetable or line), next_runs=next_runs)
    scope = request.scope
    target = reach_of(request).target(target_of(scope.get("raw_path") or scope["path"].encode(), scope["query_string"]))
    kept = view.rendered.find(target, time.monotonic())
    if kept is None:
        kept = await _render(request, view, keys, asked, Asked(timetable, line, as_json=form == "json"))
        view.rendered.put(target, kept, ())
    return respond(kept, request.headers)


async def _render(request: Request, view: View, keys: Iterable[str], asked: FeedForm, of: Asked) -> Rendered:
    """Make the feed.

    Its ETag is of the entities: the header's time alone makes no new answer, but for a new half minute.
    """
    at, entities = await gather_entities(request, view, keys, asked, of)
    kept = keep_newest(entities)
    body = join_feed(int(at), kept)
    etag = etag_of(b"".join((b"%d" % (at // SAME_FOR_S), b"json" if of.as_json else b"pb", *kept)))
    media = JSON if of.as_json else PROTOBUF
    return rendered(write_json(body) if of.as_json else body, time.monotonic(), media=media, etag=etag)


def write_json(feed: bytes) -> bytes:
    """A feed in protobuf's JSON mapping."""
    return orjson.dumps(MessageToDict(FeedMessage.FromString(feed)))
