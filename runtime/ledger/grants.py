"""Grants: what a partner may be told, under which plan, why, until when."""

import time
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import GrantRow
from runtime.ledger.key_format import random_text
from runtime.ledger.plans import find_plan
from transit.grants.agreements import DELAY_MAX_S, Grant, GrantTerms, Product, check_area
from transit.grants.fields import check_fields
from transit.grants.networks import check_networks

DAY_S: Final = 86_400
DAYS_MAX: Final = 3660


def grant_of(row: GrantRow) -> Grant:
    """A row's grant."""
    return msgspec.convert({name: getattr(row, name) for name in Grant.__struct_fields__}, Grant)


async def list_grants(session: AsyncSession, partner_id: str | None = None) -> list[Grant]:
    """Grants, oldest first, those that are over too: one partner's or everybody's."""
    query = select(GrantRow).order_by(GrantRow.created_at, GrantRow.id)
    if partner_id is not None:
        query = query.where(GrantRow.partner_id == partner_id)
    return [grant_of(row) for row in await session.scalars(query)]


class NewGrant(GrantTerms, frozen=True, kw_only=True):
    """A grant to be given to a partner by ``rule``. ``days`` ``None``: until it is revoked."""

    partner_id: str
    rule: str
    days: int | None = None
    trial: bool = False


async def add_grant(session: AsyncSession, product: Product, terms: NewGrant, *, actor: str) -> Grant:
    """Give a partner a product from now on.

    Raises:
        UserError: the product is withdrawn, there is no such plan, or a field, area, pace or network makes no sense.
    """
    terms = _check_terms(terms, product)
    if terms.plan is not None and await find_plan(session, terms.plan) is None:
        raise UserError(f"there is no plan {terms.plan}")
    now = int(time.time())
    kept = msgspec.to_builtins(terms)
    days = kept.pop("days")
    row = GrantRow(
        id="g_" + random_text(10),
        product_id=product.id,
        product_version=product.version,
        created_at=now,
        starts_at=now,
        expires_at=None if days is None else now + days * DAY_S,
        suspended_at=None,
        revoked_at=None,
        **kept,
    )
    session.add(row)
    await session.flush()
    grant = grant_of(row)
    record_change(session, Change(actor, "grant_given", terms.partner_id, msgspec.to_builtins(grant)))
    return grant


def _check_terms(terms: NewGrant, product: Product) -> NewGrant:
    if product.withdrawn_at is not None:
        raise UserError(f"product {product.id} is withdrawn")
    if not terms.purpose.strip() or len(terms.purpose) > 120:
        raise UserError("grant: say its purpose in 1 to 120 characters")
    if terms.days is not None and not 1 <= terms.days <= DAYS_MAX:
        raise UserError(f"grant: {terms.days} days: use 1 to {DAYS_MAX}")
    if terms.rate_per_s is not None and not 0 < terms.rate_per_s <= 1e6:
        raise UserError("grant: a pace is more than 0 requests a second")
    if not 0 <= terms.delay_s <= DELAY_MAX_S:
        raise UserError(f"grant: a delay is 0 to {DELAY_MAX_S} s")
    try:
        fields = None if terms.fields is None else tuple(sorted(check_fields(terms.fields)))
        networks = check_networks(terms.networks)
        if terms.area is not None:
            check_area(terms.area)
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    beyond = set(fields or ()) - set(product.fields)
    if beyond:
        raise UserError(f"grant: product {product.id} does not hold {', '.join(sorted(beyond))}")
    return msgspec.structs.replace(terms, fields=fields, networks=networks)


async def change_grant(session: AsyncSession, grant_id: str, change: str, *, days: int = 0, actor: str) -> Grant:
    """``renew`` for ``days`` from now, ``suspend``, ``resume`` or ``revoke`` a grant: in force within a second.

    Raises:
        UserError: there is no such grant, it was revoked, or the change is none of these.
    """
    row = await session.get(GrantRow, grant_id)
    if row is None:
        raise UserError(f"there is no grant {grant_id}: headway grants list shows all")
    if row.revoked_at is not None:
        raise UserError(f"grant {grant_id} was revoked, and that is for good: give another")
    now = int(time.time())
    detail: dict[str, Any] = {"grant": grant_id, "product": row.product_id}
    if change == "renew":
        if not 1 <= days <= DAYS_MAX:
            raise UserError(f"grant: renew it for 1 to {DAYS_MAX} days")
        row.expires_at = detail["expires_at"] = now + days * DAY_S
    elif change in ("suspend", "resume"):
        row.suspended_at = now if change == "suspend" else None
    elif change == "revoke":
        row.revoked_at = now
    else:
        raise UserError(f"grant: {change!r} is none of renew, suspend, resume, revoke")
    past = {"renew": "renewed", "suspend": "suspended", "resume": "resumed", "revoke": "revoked"}[change]
    record_change(session, Change(actor, f"grant_{past}", row.partner_id, detail))
    return grant_of(row)
