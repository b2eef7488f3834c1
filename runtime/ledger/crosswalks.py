"""Crosswalks as partners keep them: uploaded, matched, decided, matched again, removed."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final
from weakref import WeakValueDictionary

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.crosswalk_models import CrosswalkRow
from transit.crosswalk.entries import Entry, Kind, Match, mapping_of
from transit.crosswalk.own_ids import OwnIds, digest_of

Choices = dict[str, str | None]


class Of(msgspec.Struct, frozen=True):
    """Which crosswalk: whose, of which timetable's stops or lines."""

    partner_id: str
    timetable: str
    kind: Kind


class Crosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """A crosswalk with its report. ``matched_against`` is the hash of the timetable that it was matched with."""

    of: Of
    entries: tuple[Entry, ...]
    choices: Choices
    report: tuple[Match, ...]
    matched_against: str
    revision: int = 0
    uploaded_at_ms: int = 0


def count_verdicts(report: Iterable[Match]) -> dict[str, int]:
    """How many are matched, doubtful, missing."""
    counted = Counter(match.verdict.value for match in report)
    return {verdict: counted[verdict] for verdict in ("matched", "doubtful", "missing")}


def _crosswalk_of(row: CrosswalkRow) -> Crosswalk:
    return Crosswalk(
        of=Of(row.partner_id, row.timetable, Kind(row.kind)),
        entries=msgspec.json.decode(row.entries, type=tuple[Entry, ...]),
        choices=msgspec.json.decode(row.choices, type=Choices),
        report=msgspec.json.decode(row.report, type=tuple[Match, ...]),
        matched_against=row.matched_against,
        revision=row.revision,
        uploaded_at_ms=row.uploaded_at_ms,
    )


def _as_kept(walk: Crosswalk, row: CrosswalkRow) -> Crosswalk:
    return msgspec.structs.replace(walk, revision=row.revision, uploaded_at_ms=row.uploaded_at_ms)


async def list_crosswalks(session: AsyncSession, partner_id: str) -> list[Crosswalk]:
    """A partner's crosswalks, by timetable and kind."""
    query = select(CrosswalkRow).where(CrosswalkRow.partner_id == partner_id)
    rows = await session.scalars(query.order_by(CrosswalkRow.timetable, CrosswalkRow.kind))
    return [await asyncio.to_thread(_crosswalk_of, row) for row in rows]


async def list_revisions(session: AsyncSession, partner_id: str) -> dict[Of, int]:
    """The revision of each of a partner's crosswalks, by timetable and kind."""
    query = select(CrosswalkRow.timetable, CrosswalkRow.kind, CrosswalkRow.revision)
    query = query.where(CrosswalkRow.partner_id == partner_id).order_by(CrosswalkRow.timetable, CrosswalkRow.kind)
    found = (await session.execute(query)).all()
    return {Of(partner_id, timetable, Kind(kind)): revision for timetable, kind, revision in found}


async def list_matched_otherwise(session: AsyncSession, timetable: str, timetable_hash: str) -> list[Of]:
    """The crosswalks of a timetable that were matched with another version of it."""
    query = select(CrosswalkRow.partner_id, CrosswalkRow.kind).where(
        CrosswalkRow.timetable == timetable, CrosswalkRow.matched_against != timetable_hash
    )
    return [Of(partner_id, timetable, Kind(kind)) for partner_id, kind in (await session.execute(query)).all()]


async def find_crosswalk(session: AsyncSession, of: Of) -> Crosswalk:
    """One crosswalk.

    Raises:
        UserError: the partner has none.
    """
    return await asyncio.to_thread(_crosswalk_of, await _row(session, of))


async def _row(session: AsyncSession, of: Of) -> CrosswalkRow:
    row = await session.get(CrosswalkRow, (of.partner_id, of.timetable, of.kind.value), with_for_update=True)
    if row is None:
        raise UserError(f"you have no crosswalk of the {of.kind} of {of.timetable!r}: /v1/me/crosswalks shows yours")
    return row


async def find_choices(session: AsyncSession, of: Of) -> tuple[int, Choices]:
    """The revision of a crosswalk and what was decided about it; 0 and nothing where there is none."""
    query = select(CrosswalkRow.revision, CrosswalkRow.choices).where(
        CrosswalkRow.partner_id == of.partner_id,
        CrosswalkRow.timetable == of.timetable,
        CrosswalkRow.kind == of.kind.value,
    )
    found = (await session.execute(query)).one_or_none()
    return (0, {}) if found is None else (found[0], msgspec.json.decode(found[1], type=Choices))


async def put_crosswalk(session: AsyncSession, wanted: Crosswalk, *, actor: str) -> Crosswalk | None:
    """Put a crosswalk in the place of the one of ``wanted.revision`` (0: there was none).

    ``None``: another upload or decision came between; nothing is changed.
    """
    of = wanted.of
    row = await session.get(CrosswalkRow, (of.partner_id, of.timetable, of.kind.value), with_for_update=True)
    if (0 if row is None else row.revision) != wanted.revision:
        return None
    row = row or await _first_row(session, of)
    if row.revision != wanted.revision:
        return None
    row.uploaded_at_ms = int(time.time() * 1000)
    row.entries = msgspec.json.encode(wanted.entries).decode()
    _note(session, row, wanted, actor=actor, action="crosswalk_uploaded")
    return _as_kept(wanted, row)


async def _first_row(session: AsyncSession, of: Of) -> CrosswalkRow:
    """The row of a crosswalk that there was none of, locked; who makes it at the same moment finds the other's."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    empty = {
        "revision": 0,
        "uploaded_at_ms": 0,
        "matched_against": "",
        "entries": "[]",
        "choices": "{}",
        "report": "[]",
    }
    made = insert(CrosswalkRow).values(partner_id=of.partner_id, timetable=of.timetable, kind=of.kind.value, **empty)
    await session.execute(made.on_conflict_do_nothing())
    return await _row(session, of)


async def decide(session: AsyncSession, of: Of, decided: Crosswalk, *, decisions: int, actor: str) -> Crosswalk:
    """Keep what a partner decided about doubtful entries.

    Raises:
        UserError: there is no such crosswalk, or it was changed since ``decided`` was read.
    """
    row = await _row(session, of)
    if row.revision != decided.revision:
        raise UserError("the crosswalk was changed at the same moment: look at it and decide again")
    _note(session, row, decided, actor=actor, action="crosswalk_decided", decisions=decisions)
    return _as_kept(decided, row)


async def note_rematch(session: AsyncSession, found: Crosswalk) -> bool:
    """Keep the report of a crosswalk matched with another version of its timetable; ``False``: it was changed since."""
    of = found.of
    row = await session.get(CrosswalkRow, (of.partner_id, of.timetable, of.kind.value), with_for_update=True)
    if row is None or row.revision != found.revision:
        return False
    _note(session, row, found, actor="headway", action="crosswalk_matched_again")
    return True


async def remove_crosswalk(session: AsyncSession, of: Of, *, actor: str) -> None:
    """Remove a crosswalk.

    Raises:
        UserError: there is none.
    """
    await session.delete(await _row(session, of))
    detail: dict[str, object] = {"timetable": of.timetable, "kind": of.kind.value}
    record_change(session, Change(actor, "crosswalk_removed", of.partner_id, detail))


def _note(session: AsyncSession, row: CrosswalkRow, now: Crosswalk, *, actor: str, action: str, **more: object) -> None:
    """Write what was decided, under a revision that no earlier state of any crosswalk in this place had."""
    row.revision = max(row.revision + 1, int(time.time() * 1000))
    row.choices = msgspec.json.encode(now.choices).decode()
    row.report = msgspec.json.encode(now.report).decode()
    row.matched_against = now.matched_against
    detail: dict[str, object] = {
        "timetable": row.timetable,
        "kind": row.kind,
        "version": now.matched_against,
        **count_verdicts(now.report),
        **more,
    }
    record_change(session, Change(actor, action, row.partner_id, detail))


_held: Final[WeakValueDictionary[bytes, OwnIds]] = WeakValueDictionary()
"""Ids that some credential holds, by digest: what has not changed is not read again."""


async def load_own_ids(session: AsyncSession, partner_id: str | None) -> Mapping[str, OwnIds]:
    """Each partner's ids beside ours, of one partner or of all; partners without a crosswalk are left out."""
    query = select(CrosswalkRow.partner_id, CrosswalkRow.timetable, CrosswalkRow.kind, CrosswalkRow.revision)
    if partner_id is not None:
        query = query.where(CrosswalkRow.partner_id == partner_id)
    revisions: dict[str, dict[tuple[str, str], int]] = {}
    for owner, timetable, kind, revision in (await session.execute(query)).all():
        revisions.setdefault(owner, {})[timetable, kind] = revision
    found = {}
    for owner, of_owner in revisions.items():
        digest = digest_of(owner, of_owner)
        own = _held.get(digest)
        if own is None:
            walks = await list_crosswalks(session, owner)
            maps = {(walk.of.timetable, walk.of.kind): mapping_of(walk.report) for walk in walks}
            read = {(walk.of.timetable, walk.of.kind.value): walk.revision for walk in walks}
            own = _held[digest_of(owner, read)] = OwnIds(digest_of(owner, read), maps)
        found[owner] = own
    return found
