"""A stretch of the audit written as a file that anyone can check, and the chain's entries for staff to search."""

import time
from collections.abc import AsyncIterator, Sequence

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.deployment_secret import AuditSigner
from runtime.ledger.audit_models import AuditEntryRow
from transit.audit.chain import FIRST, digest_of
from transit.audit.extract import first_line, head_text, signed_text

_ROWS = 2000


class FoundEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as staff find it; ``body`` is the text that was hashed."""

    seq: int
    at: int
    action: str
    partner_id: str | None
    body: str


async def write_extract(
    session: AsyncSession,
    signer: AuditSigner,
    *,
    partner_id: str | None,
    from_s: int = 0,
    until_s: int | None = None,
    until_seq: int | None = None,
) -> AsyncIterator[bytes]:
    """The lines of a file with every entry made in ``[from_s, until_s)``, up to ``until_seq`` where that is given.

    A partner's own entries, and those about nobody in particular, are whole; others' are digests. ``partner_id``
    ``None``: all are whole.
    """
    first, last = await _stretch(session, from_s, until_s)
    if until_seq is not None:
        last = min(last, until_seq)
    seq = AuditEntryRow.seq
    before = await session.scalar(select(AuditEntryRow.hash).where(seq == first - 1))
    chain = FIRST if before is None else bytes.fromhex(before)
    opening = first_line(first, chain)
    yield opening
    query = select(AuditEntryRow).where(seq >= first, seq <= last).order_by(seq).execution_options(yield_per=_ROWS)
    rows = await session.stream_scalars(query)
    async for part in rows.partitions(_ROWS):
        yield b"".join(_line(row, partner_id) for row in part)
        chain = bytes.fromhex(part[-1].hash)
    head = head_text(last, chain, int(time.time()))
    signature = signer.sign(signed_text(opening, head))
    yield head + f" {signer.public_hex} {signature}\n".encode()


async def _stretch(session: AsyncSession, from_s: int, until_s: int | None) -> tuple[int, int]:
    """The first and last entry made in ``[from_s, until_s)``; of none, the last is the one before the first.

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
        return (newest or 0) + 1, newest or 0
    return (first + 1, last) if first == oldest > 1 else (first, last)


def _line(row: AuditEntryRow, partner_id: str | None) -> bytes:
    body = row.body.encode()
    if partner_id is None or row.partner_id == partner_id:
        return b"+" + body + b"\n"
    return b"-" + digest_of(body).hex().encode() + b"\n"


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
