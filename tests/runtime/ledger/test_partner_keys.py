import asyncio
import time

import pytest

from runtime.errors import ServiceError, UserError
from runtime.ledger.changes import last_change_id, partners_changed_since
from runtime.ledger.database import Ledger
from runtime.ledger.keys import (
    LIVE_KEYS_MAX,
    issue_key,
    list_keys,
    load_credentials,
    note_last_use,
    revoke_key,
    rotate_key,
)
from runtime.ledger.partners import add_partner, assign_plan, find_partner, get_partner, list_partners, suspend_partner
from runtime.ledger.plans import Plan, find_plan, set_plan

HOUR_S = 3600


async def _partner(ledger: Ledger, name: str = "Maps") -> str:
    async with ledger.write() as session:
        return (await add_partner(session, name=name, plan="trial", actor="test")).id


async def test_a_partner_is_found_by_name_and_by_id(ledger: Ledger) -> None:
    partner_id = await _partner(ledger)
    async with ledger.read() as session:
        assert await find_partner(session, "Maps") == await find_partner(session, partner_id)
        assert [each.name for each in await list_partners(session)] == ["Maps"]
        with pytest.raises(UserError, match="no partner Nobody"):
            await get_partner(session, "Nobody")


async def test_a_name_is_given_once_and_a_plan_must_exist(ledger: Ledger) -> None:
    await _partner(ledger)
    with pytest.raises(UserError, match="there already"):
        await _partner(ledger)
    async with ledger.write() as session:
        with pytest.raises(UserError, match=r"no plan gold; there are: standard, trial"):
            await add_partner(session, name="Other", plan="gold", actor="test")


async def test_a_partner_has_two_live_keys_at_most_even_when_asked_for_at_once(ledger: Ledger) -> None:
    partner_id = await _partner(ledger)

    async def issue() -> bool:
        try:
            async with ledger.write() as session:
                await issue_key(session, partner_id, actor="test")
        except UserError:
            return False
        return True

    assert sum(await asyncio.gather(*[issue() for _ in range(6)])) == LIVE_KEYS_MAX


async def test_rotating_lets_the_older_key_lapse_and_a_revoked_key_makes_room(ledger: Ledger) -> None:
    partner_id = await _partner(ledger)
    now = int(time.time())
    async with ledger.write() as session:
        first = await issue_key(session, partner_id, actor="test")
    async with ledger.write() as session:
        second = await rotate_key(session, partner_id, overlap_s=HOUR_S, actor="test")
    async with ledger.read() as session:
        expiries = {key.id: key.expires_at for key in await list_keys(session, partner_id)}
    assert expiries[second.id] is None
    lapses_at = expiries[first.id]
    assert lapses_at is not None
    assert abs(lapses_at - now - HOUR_S) <= 5
    async with ledger.write() as session:
        assert (await revoke_key(session, first.id, actor="test")).revoked_at is not None
        await session.flush()
        await issue_key(session, partner_id, actor="test")


async def test_a_key_that_would_have_expired_is_not_issued(ledger: Ledger) -> None:
    partner_id = await _partner(ledger)
    async with ledger.write() as session:
        with pytest.raises(UserError, match="expired already"):
            await issue_key(session, partner_id, expires_at=int(time.time()) - 1, actor="test")


async def test_a_credential_says_all_that_decides_and_the_text_is_nowhere(ledger: Ledger) -> None:
    partner_id = await _partner(ledger)
    async with ledger.write() as session:
        key = await issue_key(session, partner_id, actor="test")
    async with ledger.write() as session:
        await suspend_partner(session, "Maps", suspended=True, actor="test")
        await assign_plan(session, "Maps", plan="standard", actor="test")
        await note_last_use(session, {key.id: 1000})
        await note_last_use(session, {key.id: 900})
    async with ledger.read() as session:
        (credential,) = await load_credentials(session, key_id=key.id)
        (kept,) = await list_keys(session, partner_id)
    assert credential.hash.hex() == key.hash
    assert credential.partner_name == "Maps"
    assert credential.suspended_at is not None
    assert credential.plan.name == "standard"
    assert kept.last_used_at == 1000
    assert key.text not in repr(credential) + repr(kept)


async def test_every_decision_is_recorded_in_order(ledger: Ledger) -> None:
    async with ledger.read() as session:
        before = await last_change_id(session)
    partner_id = await _partner(ledger)
    async with ledger.read() as session:
        assert await partners_changed_since(session, before) == [partner_id]
        before = await last_change_id(session)
    gold = Plan(name="gold", burst_per_s=5, burst_size=10, per_day=100, per_month=1000, weights={"arrivals": 3})
    async with ledger.write() as session:
        await set_plan(session, gold, actor="test")
    async with ledger.read() as session:
        assert await partners_changed_since(session, before) == [None]
        assert await find_plan(session, "gold") == gold


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"burst_per_s": 0},
        {"burst_size": 0},
        {"per_day": 2000},
        {"per_day": -1},
        {"weights": {"arrivals": 0}},
        {"weights": {"arrivals": 11}},
    ],
)
async def test_a_plan_that_makes_no_sense_is_refused(ledger: Ledger, wrong: dict[str, object]) -> None:
    figures = {"name": "odd", "burst_per_s": 5, "burst_size": 10, "per_day": 100, "per_month": 1000, **wrong}
    async with ledger.write() as session:
        with pytest.raises(UserError):
            await set_plan(session, Plan(**figures), actor="test")  # type: ignore[arg-type]  # wrong on purpose


async def test_a_database_that_does_not_answer_is_one_clear_line_without_its_password() -> None:
    lost = Ledger("postgresql://someone:secret@127.0.0.1:1/nothing")
    with pytest.raises(ServiceError) as told:
        async with lost.read() as session:
            await list_partners(session)
    await lost.close()
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("address", ["", "mysql://x/y", "nonsense"])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UserError):
        Ledger(address)
