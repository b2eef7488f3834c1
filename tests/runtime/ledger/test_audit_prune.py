"""What is pruned from the audit is in a file that proves it, and what stays is bound to that file."""

import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, update

from runtime.deployment_secret import AuditSigner, is_signature
from runtime.errors import UserError
from runtime.ledger.audit_extract import write_extract
from runtime.ledger.audit_models import AuditEntryRow
from runtime.ledger.audit_prune import prune_audit
from runtime.ledger.database import Ledger
from runtime.ledger.partners import add_partner
from transit.audit.extract import ExtractError, Head, Verified, read_head, verify_extract

SIGNER = AuditSigner(Ed25519PrivateKey.generate())
DAY_S = 86_400
KEEP_S = 180 * DAY_S


async def _add(ledger: Ledger, count: int, name: str) -> None:
    for number in range(count):
        async with ledger.write() as session:
            await add_partner(session, name=f"{name} {number}", plan="trial", actor="test")


async def _age(ledger: Ledger, until_seq: int) -> None:
    """Entries up to this one were made two hundred days ago; the column is for searching, the hash is of the body."""
    async with ledger.write() as session:
        aged = update(AuditEntryRow).where(AuditEntryRow.seq <= until_seq)
        await session.execute(aged.values(at=int(time.time()) - 200 * DAY_S))


async def _last(ledger: Ledger) -> int:
    async with ledger.read() as session:
        return int(await session.scalar(select(func.max(AuditEntryRow.seq))) or 0)


async def _extract(ledger: Ledger) -> list[bytes]:
    parts = [part async for part in write_extract(ledger.read, SIGNER, partner_id=None)]
    return b"".join(parts).splitlines(keepends=True)


def _verify(lines: list[bytes], through: Head | None = None) -> Verified:
    return verify_extract(lines, is_signature, through=through)


async def test_old_entries_leave_for_a_file_and_the_rest_leads_on_from_its_head(ledger: Ledger, tmp_path: Path) -> None:
    await _add(ledger, 5, "Old")
    old = await _last(ledger)
    await _add(ledger, 3, "New")
    await _age(ledger, old)
    first = tmp_path / "first.txt"
    pruned = await prune_audit(ledger, SIGNER, first, keep_s=KEEP_S, actor="test")
    assert (pruned.entries, pruned.last_seq) == (old, old)
    head = read_head(first.read_bytes(), is_signature)
    rest = await _extract(ledger)
    found = _verify(rest, head)
    assert found.first_seq == old + 1
    assert found.entries == found.own == 4
    assert b'"audit_pruned"' in rest[-2]

    await _age(ledger, await _last(ledger))
    second = tmp_path / "second.txt"
    again = await prune_audit(ledger, SIGNER, second, keep_s=KEEP_S, actor="test")
    assert again.entries == 4
    assert _verify(second.read_bytes().splitlines(keepends=True), head).first_seq == old + 1
    assert _verify(await _extract(ledger), read_head(second.read_bytes(), is_signature)).entries == 1


async def test_a_chain_that_was_rewritten_does_not_lead_through_a_head_kept_before(ledger: Ledger) -> None:
    await _add(ledger, 3, "Maps")
    kept = read_head(b"".join(await _extract(ledger)), is_signature)
    await _add(ledger, 2, "Rides")
    _verify(await _extract(ledger), kept)
    with pytest.raises(ExtractError, match="does not lead through"):
        _verify(await _extract(ledger), kept._replace(chain=bytes(32)))
    with pytest.raises(ExtractError, match="does not reach"):
        _verify(await _extract(ledger), kept._replace(seq=kept.seq + 100))
    with pytest.raises(ExtractError, match="does not lead through"):
        _verify(await _extract(ledger), kept._replace(public_key="00" * 32))


async def test_nothing_young_is_pruned_and_no_file_is_written_over(ledger: Ledger, tmp_path: Path) -> None:
    await _add(ledger, 2, "Maps")
    before = await _last(ledger)
    with pytest.raises(UserError, match="no entry is that old"):
        await prune_audit(ledger, SIGNER, tmp_path / "none.txt", keep_s=KEEP_S, actor="test")
    assert not (tmp_path / "none.txt").exists()
    with pytest.raises(UserError, match="180 days"):
        await prune_audit(ledger, SIGNER, tmp_path / "none.txt", keep_s=KEEP_S - 1, actor="test")
    await _age(ledger, before)
    (tmp_path / "taken.txt").write_text("something")
    with pytest.raises(UserError, match="there already"):
        await prune_audit(ledger, SIGNER, tmp_path / "taken.txt", keep_s=KEEP_S, actor="test")
    assert (tmp_path / "taken.txt").read_text() == "something"
    assert _verify(await _extract(ledger)).entries == before
