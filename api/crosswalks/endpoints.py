"""``/v1/me/crosswalks``: a partner's own ids of stops and lines."""

import asyncio
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.crosswalks.matching import Matching
from api.crosswalks.schemas import CrosswalkDecisions, CrosswalkReport, CrosswalksAnswer
from api.crosswalks.told_reports import Told, ToldReports
from api.crosswalks.within import Within
from api.expression import check_datum
from api.own.affairs import NO_STORE, actor_of, affairs_of, partner_of, told
from api.page_tokens import CHARACTERS_MAX, read_token, write_token
from api.problems import INVALID_PARAMETER, NOT_FOUND, REFUSED_ACT
from api.refusal import Refusal
from api.view.compiled_view import CompiledView
from runtime.ledger.crosswalks import (
    Crosswalk,
    Of,
    decide,
    find_choices,
    find_crosswalk,
    list_revisions,
    put_crosswalk,
    remove_crosswalk,
)
from runtime.timetables.timetable_file import NAME
from transit.coordinates.datum import Datum, Place, convert
from transit.crosswalk.entries import Entry, Kind, Match, with_choices
from transit.crosswalk.match import has_id
from transit.crosswalk.read_upload import read_upload

if TYPE_CHECKING:
    from api.view.memory import View

PAGE_MAX: Final = 1000
PUT_TRIES: Final = 4
"""An upload is put again where decisions came between; more often than this nobody decides within a second."""

router = APIRouter(tags=["crosswalks"])

Timetable = Annotated[str, Path(max_length=64, pattern=f"^{NAME.pattern}$", description="A timetable's name")]
KindPath = Annotated[Literal["stops", "lines"], Path(description="What the ids are of")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Entries in the answer, at most")]


@router.get("/v1/me/crosswalks", response_model=CrosswalksAnswer, summary="Crosswalks of own ids")
async def get_crosswalks(request: Request) -> Response:
    """The partner's crosswalks, and how much of each is matched."""
    partner, affairs, reports = partner_of(request), affairs_of(request), _reports(request)
    found = await affairs.ask(partial(list_revisions, partner_id=partner.partner_id))
    states = [
        await reports.state(Within(request, of), revision, partial(affairs.ask, partial(find_crosswalk, of=of)))
        for of, revision in found.items()
    ]
    return told({"crosswalks": states})


@router.put(
    "/v1/me/crosswalks/{timetable}/{kind}",
    response_model=CrosswalkReport,
    summary="Upload own ids of stops or lines",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {
                    "schema": {"type": "string"},
                    "example": "id,name,code,latitude,longitude\nS1,People's Square,101,31.2304,121.4737\n",
                },
                "application/json": {
                    "schema": {"type": "array", "items": {"type": "object"}},
                    "example": [{"id": "L1", "name": "1", "from": "Docks", "to": "Church"}],
                },
            },
        }
    },
)
async def put_own_ids(
    request: Request,
    timetable: Timetable,
    kind: KindPath,
    *,
    limit: Limit = 100,
    datum: Annotated[Datum, Query(description="Of the coordinates uploaded")] = Datum.WGS84,
) -> Response:
    """CSV or a JSON list, 4 MB at most, in the place of what was uploaded before; decisions about ids in it stay.

    Columns: `id`, and of stops `name`, `code`, `latitude`, `longitude`, of lines `name`, `code`, `from`, `to`; those
    of GTFS are understood.
    """
    partner, of_kind = partner_of(request), Kind(kind)
    compiled = _timetable(request, timetable)
    check_datum(request.app.state.view, datum)
    is_json = "json" in request.headers.get("content-type", "")
    try:
        body = await request.body()
        entries = await asyncio.to_thread(_read_entries, body, of_kind, datum, is_json=is_json)
    except ValueError as wrong:
        raise Refusal(INVALID_PARAMETER, f"The upload: {wrong}.") from None
    of = Of(partner.partner_id, timetable, of_kind)
    affairs = affairs_of(request)
    ids = {entry.id for entry in entries}
    found = await _matching(request).match(of_kind, entries, compiled.timetable.hash, partner_id=of.partner_id)
    for _ in range(PUT_TRIES):
        # read after the matching, which takes long: what is decided meanwhile counts
        revision, before = await affairs.ask(partial(find_choices, of=of))
        choices = {their: ours for their, ours in before.items() if their in ids}
        walk = Crosswalk(
            of=of,
            entries=tuple(entries),
            choices=choices,
            report=_decided(found, choices, of_kind, compiled),
            matched_against=compiled.timetable.hash,
            revision=revision,
        )
        kept = await affairs.change(of.partner_id, partial(put_crosswalk, wanted=walk, actor=actor_of(partner)))
        if kept is not None:
            return await _report(request, kept, limit=limit)
    raise Refusal(REFUSED_ACT, "The crosswalk was changed again and again at the same moment: upload it again.")


@router.get(
    "/v1/me/crosswalks/{timetable}/{kind}", response_model=CrosswalkReport, summary="What own ids are taken for"
)
async def get_own_ids(
    request: Request,
    timetable: Timetable,
    kind: KindPath,
    *,
    verdict: Annotated[
        Literal["matched", "doubtful", "missing"] | None, Query(description="Only entries that are this")
    ] = None,
    limit: Limit = 100,
    cursor: Annotated[
        str, Query(max_length=CHARACTERS_MAX, description="The `next_cursor` of the page before, with the same verdict")
    ] = "",
    after: Annotated[
        str, Query(max_length=100, deprecated=True, description="The `next_after` of the page before: use `cursor`")
    ] = "",
) -> Response:
    """Each entry with what it is taken for, how surely and why, in the order uploaded."""
    of = Of(partner_of(request).partner_id, timetable, Kind(kind))
    affairs = affairs_of(request)
    revision, _ = await affairs.ask(partial(find_choices, of=of))
    read = partial(affairs.ask, partial(find_crosswalk, of=of))
    report = await _reports(request).tell(Within(request, of), revision, read)
    if cursor:
        after = read_token(cursor, _listing(report.walk, verdict))
    return _page(report, limit=limit, verdict=verdict, after=after)


@router.post(
    "/v1/me/crosswalks/{timetable}/{kind}/decisions",
    response_model=CrosswalkReport,
    summary="Decide what own ids are",
)
async def post_decisions(
    request: Request, timetable: Timetable, kind: KindPath, body: CrosswalkDecisions, *, limit: Limit = 100
) -> Response:
    """Confirm a candidate, name another of ours, or (null) none; decisions go before the rule, at each upload too."""
    partner, of_kind = partner_of(request), Kind(kind)
    of = Of(partner.partner_id, timetable, of_kind)
    compiled = _timetable(request, timetable)
    affairs = affairs_of(request)
    walk = await affairs.ask(lambda session: find_crosswalk(session, of))
    within = Within(request, of)
    known = {entry.id for entry in walk.entries}
    made: dict[str, str | None] = {}
    for each in body.decisions:
        if each.id not in known:
            raise Refusal(INVALID_PARAMETER, f"decisions: {each.id!r} is none of the ids that you uploaded.")
        local = None if each.ours is None else each.ours.removeprefix(f"{timetable}:")
        if each.ours is not None and (local == each.ours or not within.holds(local or "")):
            raise Refusal(INVALID_PARAMETER, f"decisions: {each.ours!r} is none of the {kind} of {timetable!r}.")
        made[each.id] = local
    choices = walk.choices | made
    # the rule's own findings are made again, so that a decision can be changed for another
    found = await _matching(request).match(of_kind, walk.entries, compiled.timetable.hash, partner_id=of.partner_id)
    now = msgspec.structs.replace(
        walk,
        choices=choices,
        report=_decided(found, choices, of_kind, compiled),
        matched_against=compiled.timetable.hash,
    )
    kept = await affairs.change(
        of.partner_id, lambda session: decide(session, of, now, decisions=len(made), actor=actor_of(partner))
    )
    return await _report(request, kept, limit=limit)


@router.delete("/v1/me/crosswalks/{timetable}/{kind}", status_code=204, summary="Remove own ids")
async def delete_own_ids(request: Request, timetable: Timetable, kind: KindPath) -> Response:
    """Nothing can be asked for by these ids any more."""
    partner = partner_of(request)
    of = Of(partner.partner_id, timetable, Kind(kind))
    await affairs_of(request).change(
        of.partner_id, lambda session: remove_crosswalk(session, of, actor=actor_of(partner))
    )
    return Response(status_code=204, headers=NO_STORE)


def _matching(request: Request) -> Matching:
    found: Matching = request.app.state.matching
    return found


def _timetable(request: Request, name: str) -> CompiledView:
    view: View = request.app.state.view
    compiled = view.find_in_force(name)
    if compiled is None or not Within(request, Of("", name, Kind.STOPS)).has_timetable():
        raise Refusal(NOT_FOUND, f"There is no timetable {name!r}; the first part of every id is its timetable's name.")
    return compiled


def _read_entries(body: bytes, kind: Kind, datum: Datum, *, is_json: bool) -> list[Entry]:
    return [_in_wgs84(entry, datum) for entry in read_upload(body, kind, is_json=is_json)]


def _in_wgs84(entry: Entry, datum: Datum) -> Entry:
    if datum is Datum.WGS84 or entry.latitude is None or entry.longitude is None:
        return entry
    place = convert(Place(entry.latitude, entry.longitude), datum, Datum.WGS84)
    return msgspec.structs.replace(entry, latitude=place.latitude, longitude=place.longitude)


def _decided(
    found: Iterable[Match], choices: dict[str, str | None], kind: Kind, compiled: CompiledView
) -> tuple[Match, ...]:
    return tuple(with_choices(found, choices, lambda ours: has_id(kind, compiled.timetable, ours)))


async def _report(request: Request, walk: Crosswalk, *, limit: int) -> Response:
    """The first page of a report that has just been made, as the partner's grants let it be told."""

    async def made() -> Crosswalk:
        return walk

    return _page(await _reports(request).tell(Within(request, walk.of), walk.revision, made), limit=limit)


def _reports(request: Request) -> ToldReports:
    found: ToldReports = request.app.state.told_reports
    return found


def _listing(walk: Crosswalk, verdict: str | None) -> tuple[object, ...]:
    """What pages are of: one upload, whatever is decided meanwhile."""
    return walk.of.timetable, walk.of.kind.value, walk.uploaded_at_ms, verdict


def _page(report: Told, *, limit: int, verdict: str | None = None, after: str = "") -> Response:
    place = report.places.get(after, -1)
    if after and place < 0:
        raise Refusal(INVALID_PARAMETER, f"after: {after!r} is none of the ids that you uploaded.")
    rows = zip(islice(report.walk.entries, place + 1, None), islice(report.report, place + 1, None), strict=True)
    wanted = list(islice((row for row in rows if verdict in (None, row[1].verdict.value)), limit + 1))
    page, name = wanted[:limit], report.walk.of.timetable
    last = page[-1][0].id if len(wanted) > limit else None
    return told(
        {
            **report.state,
            "report": [_match_fields(name, entry, match) for entry, match in page],
            "next_after": last,
            "next_cursor": None if last is None else write_token(last, _listing(report.walk, verdict)),
        }
    )


def _match_fields(timetable: str, entry: Entry, match: Match) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "verdict": match.verdict.value,
        "reason": match.reason.value,
        "confidence": match.confidence,
        "ours": None if match.ours is None else f"{timetable}:{match.ours}",
        "candidates": [f"{timetable}:{each}" for each in match.candidates],
        "distance_m": match.distance_m,
    }
