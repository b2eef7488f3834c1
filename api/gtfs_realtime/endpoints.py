"""``GET /v1/gtfs-realtime/trip-updates.pb`` and its like."""

import asyncio
import gzip
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from redis.exceptions import RedisError
from starlette.responses import Response

from api.answering import respond
from api.gtfs_realtime.datasets import DATASET_AGE_S, DATASETS
from api.gtfs_realtime.gather import Asked, gather_entities, list_line_keys
from api.gtfs_realtime.join_feed import join_feed, validator_of
from api.gtfs_realtime.line_entities import FeedForm, FeedKind, LineEntities
from api.gtfs_realtime.schemas import FeedAnswer
from api.ids import ID_CHARACTERS_MAX
from api.problems import INVALID_PARAMETER, NOT_READY
from api.reached.view_for import kept_as, plain_view_for, reach_of
from api.refusal import Refusal
from api.rendered import FRESH_S, Rendered, rendered
from api.view.memory import View
from transit.gtfs_realtime.feed import Entity

if TYPE_CHECKING:
    from api.city_file.store_files import StoreFiles

PROTOBUF: Final = b"application/x-protobuf"
JSON: Final = b"application/json"
_LET_GO: Final = 256
"""Entities let go at a stretch."""

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
    view = plain_view_for(request)
    if not request.app.state.view.shelf.names():
        raise Refusal(NOT_READY, "No timetable is known yet; ask again in a few seconds.")
    if timetable and view.shelf.find_newest(timetable) is None:
        names = ", ".join(view.shelf.names()) or "none"
        raise Refusal(INVALID_PARAMETER, f"timetable: {timetable!r} is not in use; there are: {names}.")
    keys = list_line_keys(view, timetable, line)
    asked = FeedForm(kind, with_names=not (timetable or line), next_runs=next_runs, as_json=form == "json")
    target = kept_as(request)
    kept = view.rendered.find(target, time.monotonic())
    if kept is None:
        of = Asked(timetable, line)
        kept = await _read_made(request, asked, of) or await _render(request, view, keys, asked, of)
        view.rendered.put(target, kept, ())
    return respond(kept, request.headers)


async def _read_made(request: Request, asked: FeedForm, of: Asked) -> Rendered | None:
    """A timetable's whole feed as the process for files makes it while it is asked for; ``None``: it does not yet."""
    if of.line or asked not in DATASETS or not reach_of(request).is_everything:
        return None
    files: StoreFiles = request.app.state.city_files
    try:
        await files.ask_for(of.timetable, asked.name)
        file = await files.read(of.timetable, asked.name)
    except (RedisError, OSError):
        return None
    if file is None or request.app.state.view.wall_clock() - file.built_at > DATASET_AGE_S:
        return None
    body = await asyncio.to_thread(gzip.decompress, file.body)
    return Rendered(body, file.body, file.etag, time.monotonic() + FRESH_S, _media_of(asked))


async def _render(request: Request, view: View, keys: Iterable[str], asked: FeedForm, of: Asked) -> Rendered:
    """Make the feed."""
    made: LineEntities = request.app.state.line_entities.setdefault(view, LineEntities())
    at, entities = await gather_entities(made, view, keys, asked, of)
    # joining and compressing megabytes takes long, and needs no memory of ours: off to a thread
    return await asyncio.to_thread(_join, asked, at, entities)


def _join(asked: FeedForm, at: float, entities: list[Entity]) -> Rendered:
    etag = validator_of((asked,), at, (entities,))
    body = join_feed(asked, at, entities)
    # here and not on the loop, which would stand still while a city's are let go
    while entities:
        del entities[-_LET_GO:]
    return rendered(body, time.monotonic(), media=_media_of(asked), etag=etag)


def _media_of(asked: FeedForm) -> bytes:
    return JSON if asked.as_json else PROTOBUF
