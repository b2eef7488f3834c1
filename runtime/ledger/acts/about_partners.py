"""Acts about partners, their keys, plans and grants."""

from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.grant_requests import decide_request
from runtime.ledger.grants import NewGrant, add_grant, change_grant
from runtime.ledger.keys import issue_key, restrict_key, revoke_key, rotate_key
from runtime.ledger.models import PartnerRow
from runtime.ledger.partners import add_partner, assign_plan, get_partner, suspend_partner
from runtime.ledger.plans import Plan, ensure_built_in_plans, set_plan
from runtime.ledger.products import get_product
from transit.grants.agreements import GrantTerms

Done = tuple[str | None, dict[str, Any]]


class _Arguments(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all: nothing but what is named."""


class OfPartner(_Arguments):
    """Which partner, by name or id."""

    partner: str


class OfKey(_Arguments):
    """Which key, by id."""

    key: str


class OfGrant(_Arguments):
    """Which grant, by id."""

    grant: str


class OfRequest(_Arguments):
    """Which request, by id."""

    request: str


class AddPartner(_Arguments):
    """A new partner. ``agency``: it is one of those that share inside."""

    name: str
    plan: str = "trial"
    contact: str = ""
    agency: bool = False


class AssignPlan(OfPartner):
    """Which plan it has from now on."""

    plan: str


class SetPlan(_Arguments):
    """A plan, new or changed for all who have it."""

    plan: Plan


class RotateKey(OfPartner):
    """How long the older key goes on."""

    overlap_hours: float = 24.0


class RestrictKey(OfKey):
    """From where it may be used, and whether requests must be signed."""

    networks: tuple[str, ...] | None = None
    signed: bool | None = None


class GiveGrant(GrantTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is given, whatever the offer says."""

    partner: str
    product: str
    days: int | None = None


class RenewGrant(OfGrant):
    """For so many days from now."""

    days: int


class RefuseRequest(OfRequest):
    """Why; the partner reads it."""

    reason: str


async def add(session: AsyncSession, given: AddPartner, actor: str) -> Done:
    """Add a partner with its first key, whose text is told this once."""
    await ensure_built_in_plans(session, actor=actor)
    await session.flush()
    partner = await add_partner(session, name=given.name, plan=given.plan, contact=given.contact, actor=actor)
    if given.agency:
        row = await session.get(PartnerRow, partner.id)
        if row is not None:
            row.is_agency = True
    key = await issue_key(session, partner.id, actor=actor)
    return partner.id, {**msgspec.to_builtins(partner), "key_id": key.id, "key": key.text}


async def suspend(session: AsyncSession, given: OfPartner, actor: str) -> Done:
    """Shut a partner out."""
    partner = await suspend_partner(session, given.partner, suspended=True, actor=actor)
    return partner.id, msgspec.to_builtins(partner)


async def resume(session: AsyncSession, given: OfPartner, actor: str) -> Done:
    """Let a partner in again."""
    partner = await suspend_partner(session, given.partner, suspended=False, actor=actor)
    return partner.id, msgspec.to_builtins(partner)


async def assign(session: AsyncSession, given: AssignPlan, actor: str) -> Done:
    """Put a partner under a plan."""
    partner = await assign_plan(session, given.partner, plan=given.plan, actor=actor)
    return partner.id, msgspec.to_builtins(partner)


async def put_plan(session: AsyncSession, given: SetPlan, actor: str) -> Done:
    """Make or change a plan."""
    await set_plan(session, given.plan, actor=actor)
    return None, msgspec.to_builtins(given.plan)


async def rotate(session: AsyncSession, given: RotateKey, actor: str) -> Done:
    """Give a partner a second key, whose text is told this once."""
    if not 0 <= given.overlap_hours <= 720:
        raise UserError("an overlap is 0 to 720 hours")
    partner = await get_partner(session, given.partner)
    key = await rotate_key(session, partner.id, overlap_s=int(given.overlap_hours * 3600), actor=actor)
    return partner.id, {"partner": partner.id, "key_id": key.id, "key": key.text}


async def revoke(session: AsyncSession, given: OfKey, actor: str) -> Done:
    """End a key."""
    key = await revoke_key(session, given.key, actor=actor)
    return key.partner_id, msgspec.to_builtins(key)


async def restrict(session: AsyncSession, given: RestrictKey, actor: str) -> Done:
    """Limit a key."""
    key = await restrict_key(session, given.key, networks=given.networks, signed=given.signed, actor=actor)
    return key.partner_id, msgspec.to_builtins(key)


async def give(session: AsyncSession, given: GiveGrant, actor: str) -> Done:
    """Give a grant."""
    partner = await get_partner(session, given.partner)
    agreed = {name: getattr(given, name) for name in GrantTerms.__struct_fields__}
    terms = NewGrant(partner_id=partner.id, rule=f"staff: {actor}"[:160], days=given.days, **agreed)
    grant = await add_grant(session, await get_product(session, given.product), terms, actor=actor)
    return partner.id, msgspec.to_builtins(grant)


async def renew(session: AsyncSession, given: RenewGrant, actor: str) -> Done:
    """Let a grant go on."""
    grant = await change_grant(session, given.grant, "renew", days=given.days, actor=actor)
    return grant.partner_id, msgspec.to_builtins(grant)


async def suspend_grant(session: AsyncSession, given: OfGrant, actor: str) -> Done:
    """Let a grant open nothing for a while."""
    return await _change(session, given, "suspend", actor)


async def resume_grant(session: AsyncSession, given: OfGrant, actor: str) -> Done:
    """Let it open again."""
    return await _change(session, given, "resume", actor)


async def revoke_grant(session: AsyncSession, given: OfGrant, actor: str) -> Done:
    """End it for good."""
    return await _change(session, given, "revoke", actor)


async def _change(session: AsyncSession, given: OfGrant, change: str, actor: str) -> Done:
    grant = await change_grant(session, given.grant, change, actor=actor)
    return grant.partner_id, msgspec.to_builtins(grant)


async def approve(session: AsyncSession, given: OfRequest, actor: str) -> Done:
    """Give what a request asks for."""
    request = await decide_request(session, given.request, approved=True, actor=actor)
    return request.partner_id, msgspec.to_builtins(request)


async def refuse(session: AsyncSession, given: RefuseRequest, actor: str) -> Done:
    """Refuse a request."""
    request = await decide_request(session, given.request, approved=False, reason=given.reason, actor=actor)
    return request.partner_id, msgspec.to_builtins(request)
