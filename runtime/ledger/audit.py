"""The audit: every decision and every minute's use in a chain of hashes, written in the transaction it is about."""

import secrets
import time
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.audit_models import AuditEntryRow, AuditHeadRow
from runtime.ledger.models import ChangeRow
from transit.audit.chain import digest_of, link

USE: Final = "use"
REFUSALS: Final = "refusals"
"""Actions of entries about requests: a partner's in a minute, by kind and grant."""

_NOTED: Final = "headway_audit"
_NUMBERED: Final = "headway_changes"
_SALT_BYTES: Final = 12


class Entry(NamedTuple):
    """What happened: who did what, to which partner (``None``: it touches all), with which particulars."""

    actor: str
    action: str
    partner_id: str | None
    detail: dict[str, Any]


def note(session: AsyncSession, entry: Entry) -> None:
    """Have an entry appended when the session's transaction is about to be committed."""
    session.info.setdefault(_NOTED, []).append(entry)


def note_change(session: AsyncSession, change: ChangeRow) -> None:
    """Have a change numbered under the lock of the chain's head: numbers rise in the order of commits.

    Who reads what is newer than the last number it saw misses none then, however transactions overlap.
    """
    session.info.setdefault(_NUMBERED, []).append(change)


async def append_noted(session: AsyncSession) -> None:
    """Append what was noted in this transaction; the chain's head stays locked until it is committed."""
    entries: list[Entry] = session.info.pop(_NOTED, [])
    if not entries:
        return
    await session.flush()
    head = await session.execute(
        select(AuditHeadRow.seq, AuditHeadRow.hash).where(AuditHeadRow.id == 1).with_for_update()
    )
    seq, text = head.one()
    session.add_all(session.info.pop(_NUMBERED, []))
    chain, at = bytes.fromhex(text), int(time.time())
    rows = []
    for entry in entries:
        seq += 1
        body = _write(seq, at, entry)
        chain = link(chain, digest_of(body))
        rows.append(
            {
                "seq": seq,
                "at": at,
                "action": entry.action,
                "partner_id": entry.partner_id,
                "body": body.decode(),
                "hash": chain.hex(),
            }
        )
    await session.flush()
    await session.execute(insert(AuditEntryRow), rows)
    await session.execute(update(AuditHeadRow).where(AuditHeadRow.id == 1).values(seq=seq, hash=chain.hex()))


def _write(seq: int, at: int, entry: Entry) -> bytes:
    return orjson.dumps(
        {
            "seq": seq,
            "at": at,
            "actor": entry.actor,
            "action": entry.action,
            "partner": entry.partner_id,
            "detail": entry.detail,
            "salt": secrets.token_hex(_SALT_BYTES),
        }
    )
