"""Partners: who may ask, under which plan."""

import time

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.key_format import random_text
from runtime.ledger.models import PartnerRow
from runtime.ledger.plans import find_plan, list_plans


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner as the ledger knows it; times are POSIX seconds."""

    id: str
    name: str
    contact: str
    plan: str
    created_at: int
    suspended_at: int | None


def partner_of(row: PartnerRow) -> Partner:
    """A row's partner."""
    return Partner(
        id=row.id,
        name=row.name,
        contact=row.contact,
        plan=row.plan,
        created_at=row.created_at,
        suspended_at=row.suspended_at,
    )


async def list_partners(session: AsyncSession) -> list[Partner]:
    """Every partner by name."""
    return [partner_of(row) for row in await session.scalars(select(PartnerRow).order_by(PartnerRow.name))]


async def find_partner(session: AsyncSession, name_or_id: str) -> Partner | None:
    """The partner of that id, or else that name."""
    row = await _find_row(session, name_or_id)
    return partner_of(row) if row else None


async def add_partner(session: AsyncSession, *, name: str, plan: str, contact: str = "", actor: str) -> Partner:
    """Add a partner without a key.

    Raises:
        UserError: the name is empty, too long or taken, or there is no such plan.
    """
    if not name.strip() or len(name) > 120:
        raise UserError("partner: give it a name of 1 to 120 characters")
    if await find_partner(session, name) is not None:
        raise UserError(f"partner {name} is there already: headway partners rotate gives it another key")
    await _check_plan(session, plan)
    row = PartnerRow(
        id="p_" + random_text(10),
        name=name,
        contact=contact,
        plan=plan,
        created_at=int(time.time()),
        suspended_at=None,
    )
    session.add(row)
    await session.flush()
    record_change(session, Change(actor, "partner_added", row.id, {"name": name, "plan": plan, "contact": contact}))
    return partner_of(row)


async def assign_plan(session: AsyncSession, name_or_id: str, *, plan: str, actor: str) -> Partner:
    """Put a partner under another plan.

    Raises:
        UserError: there is no such partner or plan.
    """
    row = await _get_row(session, name_or_id)
    await _check_plan(session, plan)
    record_change(session, Change(actor, "plan_assigned", row.id, {"before": row.plan, "after": plan}))
    row.plan = plan
    return partner_of(row)


async def suspend_partner(session: AsyncSession, name_or_id: str, *, suspended: bool, actor: str) -> Partner:
    """Shut a partner out, or let it in again; its keys stay as they are.

    Raises:
        UserError: there is no such partner.
    """
    row = await _get_row(session, name_or_id)
    row.suspended_at = int(time.time()) if suspended else None
    record_change(session, Change(actor, "partner_suspended" if suspended else "partner_resumed", row.id, {}))
    return partner_of(row)


async def get_partner(session: AsyncSession, name_or_id: str) -> Partner:
    """The partner of that id, or else that name.

    Raises:
        UserError: there is none.
    """
    return partner_of(await _get_row(session, name_or_id))


async def _get_row(session: AsyncSession, name_or_id: str) -> PartnerRow:
    row = await _find_row(session, name_or_id)
    if row is None:
        raise UserError(f"there is no partner {name_or_id}: headway partners list shows all")
    return row


async def _find_row(session: AsyncSession, name_or_id: str) -> PartnerRow | None:
    query = select(PartnerRow).where(or_(PartnerRow.id == name_or_id, PartnerRow.name == name_or_id))
    rows = (await session.scalars(query)).all()
    return next((row for row in rows if row.id == name_or_id), rows[0] if rows else None)


async def _check_plan(session: AsyncSession, plan: str) -> None:
    if await find_plan(session, plan) is None:
        names = ", ".join(known.name for known in await list_plans(session)) or "none yet"
        raise UserError(f"there is no plan {plan}; there are: {names}")
