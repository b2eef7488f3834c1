"""``GET /v1/gtfs-realtime/trip-updates.pb`` and its like."""

import asyncio
import time
from collections.abc import Iterable
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request
from google.protobuf.json_format import MessageToDict
from google.transit.gtfs_realtime_pb2 import FeedMessage
from starlette.responses import Response

from api.answering import respond
from api.gtfs_realtime.line_entities import FeedForm, FeedKind, LineEntities
from api.gtfs_realtime.schemas import FeedAnswer
from api.ids import ID_CHARACTERS_MAX
from api.lane.targets import target_of
from api.lines.find_line import find_line
from api.problems import INVALID_PARAMETER, NOT_READY
from api.reached.view_for import reach_of, view_for
from api.refusal import Refusal
from api.rendered import Rendered, etag_of, rendered
from api.view.memory import View
from schemas.line_key import make_line_key, split_line_key
from transit.gtfs_realtime.feed import Entity, join_feed, keep_newest

PROTOBUF: Final = b"application/x-protobuf"
JSON: Final = b"application/json"
SAME_FOR_S: Final = 30
"""A feed that does not change is given a new header time, and with it a new ETag, this often at least: readers hold a
header older than a minute to be stale."""

_SLICE_LINES: Final = 4
"""Lines made between two looks at other requests: some milliseconds."""

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
    keys = _line_keys(view, timetable, line)
    asked = FeedForm(kind, with_names=not (timetable or line), next_runs=next_runs)
    scope = request.scope
    target = reach_of(request).target(target_of(scope.get("raw_path") or scope["path"].encode(), scope["query_string"]))
    kept = view.rendered.find(target, time.monotonic())
    if kept is None:
        kept = await _render(request, view, keys, asked, as_json=form == "json")
        view.rendered.put(target, kept, ())
    return respond(kept, request.headers)


def _line_keys(view: View, timetable: str, line: str) -> list[str]:
    """The keys of the line groups asked for, in a fixed order."""
    if line:
        found = find_line(view, line)
        if timetable not in ("", found.compiled.name):
            raise Refusal(INVALID_PARAMETER, f"line: {line!r} is no line of timetable {timetable!r}.")
        return [make_line_key(found.compiled.name, found.group)]
    return sorted(key for key in list(view.lines) if timetable in ("", split_line_key(key).timetable))


async def _render(request: Request, view: View, keys: Iterable[str], asked: FeedForm, *, as_json: bool) -> Rendered:
    """Make the feed, looking at other requests in between.

    Its ETag is of the entities: the header's time alone makes no new answer, but for a new half minute.
    """
    made: LineEntities = request.app.state.line_entities.setdefault(view, LineEntities())
    entities: list[Entity] = []
    at = view.wall_clock()
    for count, key in enumerate(keys, 1):
        now = view.now(split_line_key(key).timetable)
        at = now if asked.with_names is False else at
        entities.extend(made.read(view, key, asked, now))
        if count % _SLICE_LINES == 0:
            await asyncio.sleep(0)
    kept = keep_newest(entities)
    body = join_feed(int(at), kept)
    etag = etag_of(b"".join((b"%d" % (at // SAME_FOR_S), b"json" if as_json else b"pb", *kept)))
    media = JSON if as_json else PROTOBUF
    return rendered(write_json(body) if as_json else body, time.monotonic(), media=media, etag=etag)


def write_json(feed: bytes) -> bytes:
    """A feed in protobuf's JSON mapping."""
    return orjson.dumps(MessageToDict(FeedMessage.FromString(feed)))
