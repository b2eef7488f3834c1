"""Requests for grants that staff decide, on SQLite and on PostgreSQL: of two decisions at once one counts."""

import asyncio

import pytest

from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.grant_requests import APPROVED, REFUSED, WAITING, ask_for_grant, decide_request, list_requests
from runtime.ledger.grants import list_grants
from runtime.ledger.partners import add_partner
from runtime.ledger.products import publish
from transit.grants.agreements import Product
from transit.grants.fits_offer import Asked

MAPS = Product(id="maps", version=0, name="Maps", description="When the next vehicles come.", supply="granted")


async def _ask(ledger: Ledger) -> str:
    """A request that no rule decides; its id."""
    async with ledger.write() as session:
        await publish(session, MAPS, actor="test")
        partner = await add_partner(session, name="Maps", plan="trial", actor="test")
        await session.flush()
        asked = Asked(partner_id=partner.id, product_id="maps", purpose="passenger-information", days=30)
        request = await ask_for_grant(session, asked, actor="test")
    assert request.state == WAITING
    return request.id


@pytest.mark.parametrize("second", [True, False], ids=["approves too", "refuses"])
async def test_of_two_who_decide_a_request_at_once_the_second_finds_it_decided(ledger: Ledger, second: bool) -> None:
    request_id = await _ask(ledger)
    begun = asyncio.Barrier(1 if ledger.is_sqlite else 2)  # SQLite has one writer at a time

    async def decide(actor: str, *, approved: bool) -> str:
        async with ledger.write() as session:
            await begun.wait()
            return (await decide_request(session, request_id, approved=approved, reason="why", actor=actor)).state

    outcome = await asyncio.gather(decide("Li", approved=True), decide("Wu", approved=second), return_exceptions=True)
    (state,) = [each for each in outcome if isinstance(each, str)]
    (late,) = [each for each in outcome if not isinstance(each, str)]
    assert isinstance(late, UserError)
    assert f"no request {request_id} waits" in str(late)
    async with ledger.read() as session:
        grants, (request,) = await list_grants(session), await list_requests(session)
    assert request.state == state
    assert [grant.id for grant in grants] == ([request.grant_id] if state == APPROVED else [])
    assert state in (APPROVED, REFUSED)
