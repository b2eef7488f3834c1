"""``GET /v1/static``, a version's file, and what it changed."""

import asyncio
import gzip
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.answering import VARY
from api.charging import charge
from api.negotiation import accepts_gzip, holds
from api.problems import NOT_FOUND, NOT_READY
from api.process_queue import TOKENS
from api.reached.view_for import language_of, reach_of, view_for
from api.refusal import Refusal
from api.static_file.files import HeldFile, StaticFiles
from api.static_file.schemas import StaticChanges, StaticFile, StaticVersions
from api.view.compiled_view import CompiledView, write_date
from api.view.memory import View

CACHE_CONTROL: Final = "private, max-age=60"

router = APIRouter(tags=["static"])
Version = Annotated[
    str, Path(max_length=64, description="A version's hash; a timetable's name stands for its version in force")
]


@router.get("/v1/static", response_model=StaticVersions, summary="The versions of each timetable")
async def list_static(request: Request) -> Response:
    """Which versions there are and which are in force. A line's value on a stream names its version too."""
    view = view_for(request)
    told = [each for name in view.shelf.names() for each in _versions_of(view, name)]
    return Response(
        orjson.dumps({"versions": told}), media_type="application/json", headers={"cache-control": "no-store"}
    )


def _versions_of(view: View, name: str) -> list[dict[str, object]]:
    in_force = view.find_in_force(name)
    named = _named_versions(view, name)
    return [
        {
            "timetable": name,
            "version": version,
            "in_force": in_force is not None and in_force.timetable.hash == version,
            "from_service_date": None if date is None else write_date(date),
            "file": f"/v1/static/{version}",
        }
        for version, date in named
        if version in view.shelf
    ]


def _named_versions(view: View, name: str) -> list[tuple[str, int | None]]:
    """The versions (hash, and the service date each takes over with) of a timetable that are mapped."""
    newest = view.shelf.find_newest(name)
    known = view.shelf.versions_of(name)
    if known is not None:
        return [(version.hash, version.from_service_date) for version in known.versions]
    return [] if newest is None else [(newest.timetable.hash, None)]


@router.get("/v1/static/{version}", response_model=StaticFile, summary="A timetable as one compressed file")
async def get_static(request: Request, version: Version) -> Response:
    """Lines, directions, stops, patterns, shapes, first and last times; gzip, with an ETag, the same for ever."""
    view = view_for(request)
    file = await _read(request, view, _find(view, version))
    is_packed = accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = file.etag if is_packed else f'{file.etag[:-1]}-plain"'
    sent = {"etag": etag, "cache-control": CACHE_CONTROL, "vary": VARY}
    if holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=sent)
    if told := language_of(request).told:
        sent["content-language"] = told.decode()
    await charge(request, TOKENS - 1)
    if is_packed:
        return Response(file.body, headers=sent | {"content-encoding": "gzip"}, media_type="application/json")
    return Response(await asyncio.to_thread(gzip.decompress, file.body), headers=sent, media_type="application/json")


@router.get("/v1/static/{version}/changes", response_model=StaticChanges, summary="What a version changed")
async def get_changes(
    request: Request,
    version: Version,
    *,
    since: Annotated[str, Query(alias="from", max_length=64, description="The version that you hold")],
) -> Response:
    """Ids of lines, stops and patterns that were added, removed or are described otherwise."""
    view = view_for(request)
    await charge(request, TOKENS - 1)
    before = await _read(request, view, _find(view, since))
    after = await _read(request, view, _find(view, version))
    files: StaticFiles = request.app.state.static_files
    told = await files.compare(before, after)
    if told is None:
        raise Refusal(NOT_READY, "The versions cannot be compared at present; ask again.")
    return Response(told, media_type="application/json", headers={"cache-control": CACHE_CONTROL})


def _find(view: View, version: str) -> CompiledView:
    """The timetable of a hash, or in force under a name, within the view's reach."""
    found = view.find_in_force(version) if version in view.shelf.names() else None
    if found is None and version in view.shelf:
        found = view.shelf[version]
    if found is None or view.shelf.find_newest(found.name) is None:
        raise Refusal(NOT_FOUND, f"There is no version {version!r}; /v1/static lists those there are.")
    return found


async def _read(request: Request, view: View, compiled: CompiledView) -> HeldFile:
    files: StaticFiles = request.app.state.static_files
    reach = reach_of(request)
    digest = reach.digest if reach.areas or reach.closed else b""
    file = await files.read(view, compiled, digest)
    if file is None:
        raise Refusal(NOT_READY, "The timetable's file cannot be made at present; ask again.")
    return file
