"""The audit holds every decision and use, in one chain that both databases keep."""

import asyncio

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from runtime.deployment_secret import AuditSigner, is_signature
from runtime.ledger.audit_extract import search_audit, write_extract
from runtime.ledger.audit_models import AuditEntryRow
from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key, revoke_key
from runtime.ledger.partners import add_partner
from runtime.ledger.statements import list_lines, sum_by
from runtime.ledger.usage import record_usage
from schemas.usage import UsageReport
from transit.audit.extract import ExtractError, Verified, verify_extract

SIGNER = AuditSigner(Ed25519PrivateKey.generate())


async def _extract(ledger: Ledger, partner_id: str | None = None) -> bytes:
    return b"".join([part async for part in write_extract(ledger.read, SIGNER, partner_id=partner_id)])


def _verify(file: bytes) -> Verified:
    return verify_extract(file.splitlines(keepends=True), is_signature)


async def _partner(ledger: Ledger, name: str) -> str:
    async with ledger.write() as session:
        partner = await add_partner(session, name=name, plan="trial", actor="test")
        key = await issue_key(session, partner.id, actor="test")
        await revoke_key(session, key.id, actor="test")
    return partner.id


def _report(partner: str, number: int, *, kind: str = "arrivals", grant: str = "") -> UsageReport:
    return UsageReport(
        id=f"{partner}{number}{kind}{grant}",
        partner=partner,
        minute_starts_at=1_795_000_020,
        kind=kind,
        requests=3,
        tokens=2,
        refused=1,
        grant=grant,
    )


async def test_every_decision_and_use_is_in_the_chain_and_the_chain_is_sound(ledger: Ledger) -> None:
    partner = await _partner(ledger, "Maps")
    async with ledger.write() as session:
        await record_usage(session, [_report(partner, 1), _report(partner, 2), _report("-", 1, kind="!invalid-key")])
    file = await _extract(ledger)
    found = _verify(file)
    actions = [orjson.loads(line[1:])["action"] for line in file.splitlines() if line.startswith(b"+")]
    assert actions[-5:] == ["partner_added", "key_issued", "key_revoked", "refusals", "use"]
    assert found.entries == found.own == len(actions)


async def test_a_partner_reads_its_own_entries_and_no_others_and_can_check_them(ledger: Ledger) -> None:
    maps, rides = await _partner(ledger, "Maps"), await _partner(ledger, "Rides")
    file = await _extract(ledger, maps)
    assert _verify(file).own == 3
    assert maps.encode() in file
    assert rides.encode() not in file
    assert b"Rides" not in file


async def test_what_was_undone_leaves_no_entry(ledger: Ledger) -> None:
    before = await _extract(ledger)

    async def fail() -> None:
        async with ledger.write() as session:
            await add_partner(session, name="Never", plan="trial", actor="test")
            raise RuntimeError("something failed")

    with pytest.raises(RuntimeError):
        await fail()
    assert _verify(before).entries == _verify(await _extract(ledger)).entries


async def test_writers_at_once_make_one_chain(ledger: Ledger) -> None:
    await asyncio.gather(*[_partner(ledger, f"Partner {number}") for number in range(6)])
    assert _verify(await _extract(ledger)).entries >= 18


async def test_an_entry_changed_in_the_database_is_found(ledger: Ledger) -> None:
    partner = await _partner(ledger, "Maps")
    async with ledger.write() as session:
        body = await session.scalar(select(AuditEntryRow.body).where(AuditEntryRow.action == "key_revoked"))
        assert body is not None
        changed = update(AuditEntryRow).where(AuditEntryRow.action == "key_revoked")
        await session.execute(changed.values(body=body.replace("key_revoked", "key_rotated")))
    for reader in (None, partner):
        with pytest.raises(ExtractError, match=r"changed, removed or put in"):
            _verify(await _extract(ledger, reader))


async def test_statements_sum_to_the_audit(ledger: Ledger) -> None:
    partner = await _partner(ledger, "Maps")
    reports = [
        _report(partner, number, kind=kind, grant=grant)
        for number in range(3)
        for kind in ("arrivals", "lines")
        for grant in ("", "g_1")
    ]
    async with ledger.write() as session:
        await record_usage(session, [*reports, _report(partner, 9, kind="!not-granted")])
        await record_usage(session, reports)
    async with ledger.read() as session:
        lines = await list_lines(session, partner, from_s=0, until_s=2**40, products={"g_1": "maps"})
        entries = await search_audit(session, partner_id=partner, action="use", limit=1000)
    audited = [orjson.loads(entry.body)["detail"] for entry in entries]
    for name in ("requests", "tokens", "refused"):
        stated = sum(sums[name] for sums in sum_by(lines, "kind").values())
        assert stated == sum(detail[name] for detail in audited) == sum(getattr(each, name) for each in reports)
    assert sum_by(lines, "product")["maps"]["requests"] == 18
