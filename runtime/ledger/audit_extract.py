"""A stretch of the audit written as a file that anyone can check, and the chain's entries for staff to search."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.deployment_secret import AuditSigner
from runtime.errors import ServiceError
from runtime.ledger.audit_models import AuditEntryRow
from transit.audit.chain import FIRST, digest_of
from transit.audit.extract import first_line, head_text, signed_text

_ROWS: Final = 500
"""Entries read at once: some milliseconds, and no connection is held while who asked reads them."""

Open = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""How to look into the ledger, for as long as one page takes: ``Ledger.read``."""


class FoundEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as staff find it; ``body`` is the text that was hashed."""

    seq: int
    at: int
    action: str
    partner_id: str | None
    body: str


async def write_extract(
    look: Open,
    signer: AuditSigner,
    *,
    partner_id: str | None,
    from_s: int = 0,
    until_s: int | None = None,
    until_seq: int | None = None,
) -> AsyncIterator[bytes]:
    """The lines of a file with every entry made in ``[from_s, until_s)``, up to ``until_seq`` where that is given.

    A partner's own entries are whole, others are digests; ``partner_id`` ``None``: all are whole. Entries are only
    ever added, so page after page is one stretch.

    Raises:
        ServiceError: the ledger is away, or entries were pruned meanwhile.
    """
    async with look() as session:
        first, last, before = await _stretch(session, from_s, until_s)
    if until_seq is not None:
        last = min(last, until_seq)
    chain = FIRST if before is None else bytes.fromhex(before)
    opening = first_line(first, chain)
    yield opening
    row = AuditEntryRow
    while first <= last:
        page = select(row.seq, row.hash, row.body, row.partner_id).where(row.seq >= first, row.seq <= last)
        async with look() as session:
            entries = (await session.execute(page.order_by(row.seq).limit(_ROWS))).all()
        if not entries or entries[0].seq != first:
            raise ServiceError("entries were pruned while they were written out: ask again")
        yield b"".join(_line(body, partner_id in (None, whose)) for _, _, body, whose in entries)
        first, chain = entries[-1].seq + 1, bytes.fromhex(entries[-1].hash)
    head = head_text(last, chain, int(time.time()))
    signature = signer.sign(signed_text(opening, head))
    yield head + f" {signer.public_hex} {signature}\n".encode()


async def _stretch(session: AsyncSession, from_s: int, until_s: int | None) -> tuple[int, int, str | None]:
    """The first and last entry made in ``[from_s, until_s)``, and the hash before them.

    Of none, the last is the one before the first.

    Where older entries were pruned the oldest that is kept is what the next one is bound to, and begins no stretch.
    """
    seq = AuditEntryRow.seq
    bounds = select(func.min(seq), func.max(seq)).where(AuditEntryRow.at >= from_s)
    if until_s is not None:
        bounds = bounds.where(AuditEntryRow.at < until_s)
    oldest, newest = (await session.execute(select(func.min(seq), func.max(seq)))).one()
    found: Sequence[int | None] = (await session.execute(bounds)).one()
    first, last = found
    if first is None or last is None:
        first, last = (newest or 0) + 1, newest or 0
    elif first == oldest > 1:
        first += 1
    return first, last, await session.scalar(select(AuditEntryRow.hash).where(seq == first - 1))


def _line(body: str, is_whole: bool) -> bytes:
    if is_whole:
        return b"+" + body.encode() + b"\n"
    return b"-" + digest_of(body.encode()).hex().encode() + b"\n"


async def search_audit(
    session: AsyncSession,
    *,
    partner_id: str | None = None,
    action: str | None = None,
    text: str = "",
    from_s: int = 0,
    until_s: int | None = None,
    before_seq: int | None = None,
    limit: int = 100,
) -> list[FoundEntry]:
    """Entries, newest first; ``text`` stands in the entry as it is written, ``before_seq`` goes on from a page."""
    query = select(AuditEntryRow).where(AuditEntryRow.at >= from_s).order_by(AuditEntryRow.seq.desc()).limit(limit)
    if partner_id is not None:
        query = query.where(AuditEntryRow.partner_id == partner_id)
    if action is not None:
        query = query.where(AuditEntryRow.action == action)
    if text:
        query = query.where(AuditEntryRow.body.contains(text, autoescape=True))
    if until_s is not None:
        query = query.where(AuditEntryRow.at < until_s)
    if before_seq is not None:
        query = query.where(AuditEntryRow.seq < before_seq)
    return [
        FoundEntry(seq=row.seq, at=row.at, action=row.action, partner_id=row.partner_id, body=row.body)
        for row in await session.scalars(query)
    ]
