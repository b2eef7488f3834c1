"""Requests for grants: approved in the transaction they are asked in where a rule says so, else waiting for staff."""

import time
from typing import Any

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import GrantRequestRow, GrantRow
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.key_format import random_text
from runtime.ledger.models import PartnerRow
from runtime.ledger.owners import list_owners
from runtime.ledger.plans import TRIAL, ensure_built_in_plans
from runtime.ledger.products import get_product
from transit.grants.agreements import Product
from transit.grants.fits_offer import REASONS, TRIAL_PURPOSE, Asked, Decision, decide

WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
WAITING_MAX = 50
"""A partner's requests that wait at once."""

LIVE_MAX = 20
"""A partner's grants of one product that are not over, for a rule to give another; staff may give more."""


class GrantRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request and how it stands; ``rule`` names what approved it, ``reason`` says why it waits or was refused."""

    id: str
    partner_id: str
    product_id: str
    asked: dict[str, Any]
    state: str
    reason: str | None
    rule: str | None
    grant_id: str | None
    asked_at: int
    decided_at: int | None


def request_of(row: GrantRequestRow) -> GrantRequest:
    """A row's request."""
    return GrantRequest(**{name: getattr(row, name) for name in GrantRequest.__struct_fields__})


async def list_requests(
    session: AsyncSession, *, partner_id: str | None = None, state: str | None = None
) -> list[GrantRequest]:
    """Requests, newest first."""
    query = select(GrantRequestRow).order_by(GrantRequestRow.asked_at.desc(), GrantRequestRow.id)
    if partner_id is not None:
        query = query.where(GrantRequestRow.partner_id == partner_id)
    if state is not None:
        query = query.where(GrantRequestRow.state == state)
    return [request_of(row) for row in await session.scalars(query)]


async def ask_for_grant(session: AsyncSession, asked: Asked, *, actor: str) -> GrantRequest:
    """Take a request in and decide it by rule where one applies.

    Raises:
        UserError: there is no such product or partner, something asked for makes no sense, too many wait, or a
            rule would give one more grant of a product than a partner may hold.
    """
    partner = await session.scalar(select(PartnerRow).where(PartnerRow.id == asked.partner_id).with_for_update())
    if partner is None:
        raise UserError(f"there is no partner {asked.partner_id}")
    waiting = await session.scalar(
        select(func.count()).where(GrantRequestRow.partner_id == asked.partner_id, GrantRequestRow.state == WAITING)
    )
    if (waiting or 0) >= WAITING_MAX:
        raise UserError(f"{WAITING_MAX} of your requests wait already: staff must decide some first")
    product = await get_product(session, asked.product_id)
    had_trial = await session.scalar(
        select(func.count()).where(
            GrantRow.partner_id == asked.partner_id, GrantRow.product_id == product.id, GrantRow.trial.is_(True)
        )
    )
    decision = decide(
        asked,
        product,
        await list_owners(session),
        is_agency=partner.is_agency,
        had_trial=bool(had_trial),
        at=time.time(),
    )
    if decision.rule is not None:
        await _check_room(session, asked.partner_id, product.id)
    row = GrantRequestRow(
        id="r_" + random_text(10),
        partner_id=asked.partner_id,
        product_id=product.id,
        asked=msgspec.to_builtins(asked),
        state=WAITING if decision.rule is None else APPROVED,
        reason=None if decision.reason is None else REASONS[decision.reason],
        rule=decision.rule,
        asked_at=int(time.time()),
        decided_at=None if decision.rule is None else int(time.time()),
        grant_id=None,
    )
    session.add(row)
    detail: dict[str, object] = {
        "request": row.id,
        "asked": row.asked,
        "rule": decision.rule,
        "reason": decision.reason,
    }
    record_change(session, Change(actor, "grant_asked", asked.partner_id, detail))
    if decision.rule is not None:
        row.grant_id = await _give(session, asked, product, decision, actor=f"rule {decision.rule}")
    return request_of(row)


async def _check_room(session: AsyncSession, partner_id: str, product_id: str) -> None:
    live = await session.scalar(
        select(func.count()).where(
            GrantRow.partner_id == partner_id,
            GrantRow.product_id == product_id,
            GrantRow.revoked_at.is_(None),
            or_(GrantRow.expires_at.is_(None), GrantRow.expires_at > int(time.time())),
        )
    )
    if (live or 0) >= LIVE_MAX:
        raise UserError(
            f"you hold {live} grants of {product_id} already, and a rule gives no more: ask under one of them"
            " (GET /v1/me/grants shows them), or have staff end those that you do not need"
        )


async def _give(session: AsyncSession, asked: Asked, product: Product, decision: Decision, *, actor: str) -> str:
    if asked.trial:
        await ensure_built_in_plans(session, actor=actor)
    terms = NewGrant(
        partner_id=asked.partner_id,
        purpose=TRIAL_PURPOSE if asked.trial else asked.purpose,
        days=decision.days,
        rule=decision.rule or actor,
        plan=TRIAL.name if asked.trial else asked.plan,
        fields=asked.fields,
        area=asked.area,
        networks=asked.networks,
        trial=asked.trial,
    )
    grant = await add_grant(session, product, terms, actor=actor)
    return grant.id


async def decide_request(
    session: AsyncSession, request_id: str, *, approved: bool, reason: str = "", actor: str
) -> GrantRequest:
    """Staff's word on a request that waits.

    Raises:
        UserError: there is no such request, it is decided already, or a refusal gives no reason.
    """
    # of two who decide at once the second finds it decided
    row = await session.get(GrantRequestRow, request_id, with_for_update=True)
    if row is None or row.state != WAITING:
        raise UserError(f"no request {request_id} waits: headway grants requests shows those that do")
    if not approved and not reason.strip():
        raise UserError("say why the request is refused: the partner reads it")
    row.state = APPROVED if approved else REFUSED
    row.decided_at = int(time.time())
    row.rule = f"staff: {actor}"[:160] if approved else None
    row.reason = None if approved else reason[:400]
    if approved:
        asked = msgspec.convert(row.asked, Asked)
        product = await get_product(session, asked.product_id)
        decision = Decision(rule=row.rule, reason=None, days=asked.days)
        row.grant_id = await _give(session, asked, product, decision, actor=actor)
    else:
        detail: dict[str, object] = {"request": request_id, "reason": reason}
        record_change(session, Change(actor, "grant_refused", row.partner_id, detail))
    return request_of(row)
