"""Old entries of the audit moved out of the database, into a file that proves what they were."""

import asyncio
import time
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import delete, func, select

from runtime.deployment_secret import AuditSigner, is_signature
from runtime.errors import UserError
from runtime.ledger.audit import Entry, note
from runtime.ledger.audit_extract import write_extract
from runtime.ledger.audit_models import AuditEntryRow
from runtime.ledger.database import Ledger
from transit.audit.extract import ExtractError, verify_extract

KEEP_DAYS_LEAST: Final = 180
"""Younger entries cannot be pruned."""

_STEP: Final = 20_000
"""Entries deleted in one transaction: each waits for no longer than that to be written beside it."""


class Pruned(msgspec.Struct, frozen=True, kw_only=True):
    """What was moved: how many entries, the last of them, the chain's hash there."""

    entries: int
    last_seq: int
    hash: str


async def prune_audit(ledger: Ledger, signer: AuditSigner, file: Path, *, keep_s: int, actor: str) -> Pruned:
    """Move entries older than ``keep_s`` to a new ``file``, check it there, and only then delete them.

    The last of them stays in the database, since the next is bound to it; the file's signed head, noted in the chain
    itself, says that it is the very one.

    Raises:
        UserError: ``keep_s`` is too short, nothing is that old, or the file is there already or cannot be written.
    """
    if keep_s < KEEP_DAYS_LEAST * 86_400:
        raise UserError(f"the audit is kept {KEEP_DAYS_LEAST} days at the least")
    last = await _last_before(ledger, time.time() - keep_s)
    try:
        await _write(ledger, signer, file, last)
        with file.open("rb") as opened:
            found = verify_extract(opened, is_signature)
    except FileExistsError:
        raise UserError(f"{file} is there already: name a new file") from None
    except OSError as failed:
        raise UserError(f"{file}: {failed.strerror}") from None
    except ExtractError as broken:
        raise UserError(f"{file}: NOT SOUND, so nothing was pruned: {broken}") from None
    if found.entries == 0:
        await asyncio.to_thread(file.unlink)
        raise UserError("no entry is that old: nothing to prune")
    pruned = Pruned(entries=found.entries, last_seq=found.last_seq, hash=found.last_hash)
    await _delete(ledger, pruned, actor)
    return pruned


async def _last_before(ledger: Ledger, moment: float) -> int:
    """The last entry before the first that is younger than ``moment`` (POSIX s)."""
    async with ledger.read() as session:
        first_kept = await session.scalar(select(func.min(AuditEntryRow.seq)).where(AuditEntryRow.at >= moment))
        newest = await session.scalar(select(func.max(AuditEntryRow.seq)))
    return (newest or 0) if first_kept is None else int(first_kept) - 1


async def _write(ledger: Ledger, signer: AuditSigner, file: Path, last: int) -> None:
    with file.open("xb") as opened:
        async for part in write_extract(ledger.read, signer, partner_id=None, until_seq=last):
            opened.write(part)


async def _delete(ledger: Ledger, pruned: Pruned, actor: str) -> None:
    async with ledger.write() as session:
        note(session, Entry(actor, "audit_pruned", None, msgspec.structs.asdict(pruned)))
    async with ledger.read() as session:
        oldest = await session.scalar(select(func.min(AuditEntryRow.seq)))
    for until in range((oldest or 0) + _STEP, pruned.last_seq + _STEP, _STEP):
        async with ledger.write() as session:
            await session.execute(delete(AuditEntryRow).where(AuditEntryRow.seq < min(until, pruned.last_seq)))
