"""Owners of feeds and timetables, and the terms on which they give them."""

import time
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import OwnerRow, OwnerTermRow
from runtime.ledger.key_format import random_text
from transit.grants.agreements import ANYONE, Owner, OwnerTerm
from transit.grants.fields import ALL, check_fields


async def list_owners(session: AsyncSession) -> list[Owner]:
    """Every owner by name, with all its terms, withdrawn ones too."""
    terms: dict[str, list[OwnerTerm]] = {}
    for row in await session.scalars(select(OwnerTermRow).order_by(OwnerTermRow.created_at, OwnerTermRow.id)):
        terms.setdefault(row.owner_id, []).append(
            OwnerTerm(
                id=row.id,
                partner_id=row.partner_id,
                purposes=tuple(row.purposes),
                fields=tuple(row.fields),
                until=row.until,
                withdrawn_at=row.withdrawn_at,
            )
        )
    return [
        Owner(
            id=row.id,
            name=row.name,
            feeds=tuple(row.feeds),
            timetables=tuple(row.timetables),
            terms=tuple(terms.get(row.id, ())),
        )
        for row in await session.scalars(select(OwnerRow).order_by(OwnerRow.name))
    ]


async def get_owner(session: AsyncSession, name_or_id: str) -> Owner:
    """The owner of that id or name.

    Raises:
        UserError: there is none.
    """
    for owner in await list_owners(session):
        if name_or_id in (owner.id, owner.name):
            return owner
    raise UserError(f"there is no owner {name_or_id}: headway owners list shows all")


async def add_owner(
    session: AsyncSession, *, name: str, feeds: Sequence[str], timetables: Sequence[str], contact: str = "", actor: str
) -> Owner:
    """Add an owner. Until it sets terms, nothing of its feeds and timetables is told to anybody.

    Raises:
        UserError: the name is empty, too long or taken, it owns nothing, or what it names is another's.
    """
    if not name.strip() or len(name) > 120:
        raise UserError("owner: give it a name of 1 to 120 characters")
    if not feeds and not timetables:
        raise UserError(f"owner {name}: name a feed or a timetable that is its")
    for other in await list_owners(session):
        if other.name == name:
            raise UserError(f"owner {name} is there already")
        taken = sorted({*other.feeds} & {*feeds} | {*other.timetables} & {*timetables})
        if taken:
            raise UserError(f"{taken[0]} belongs to {other.name} already")
    row = OwnerRow(
        id="o_" + random_text(10),
        name=name,
        contact=contact,
        feeds=list(feeds),
        timetables=list(timetables),
        created_at=int(time.time()),
    )
    session.add(row)
    await session.flush()
    detail: dict[str, object] = {"owner": row.id, "name": name, "feeds": list(feeds), "timetables": list(timetables)}
    record_change(session, Change(actor, "owner_added", None, detail))
    return Owner(id=row.id, name=name, feeds=tuple(feeds), timetables=tuple(timetables))


async def set_term(
    session: AsyncSession,
    owner: Owner,
    *,
    partner_id: str = ANYONE,
    purposes: Sequence[str] = (),
    fields: Sequence[str] | None = None,
    until: int | None = None,
    actor: str,
) -> OwnerTerm:
    """Let an owner give something: to a partner or to anyone, for these purposes (none: any), these fields (all).

    Raises:
        UserError: a field is none there is, or the end lies in the past.
    """
    try:
        given = check_fields(list(ALL if fields is None else fields))
    except ValueError as wrong:
        raise UserError(str(wrong)) from None
    if not given:
        raise UserError("terms: name a group of fields; to give nothing, withdraw")
    now = int(time.time())
    if until is not None and until <= now:
        raise UserError("terms: they would be over already: give a later end")
    row = OwnerTermRow(
        id="t_" + random_text(10),
        owner_id=owner.id,
        partner_id=partner_id,
        purposes=list(purposes),
        fields=sorted(given),
        until=until,
        created_at=now,
        withdrawn_at=None,
    )
    session.add(row)
    detail: dict[str, object] = {
        "owner": owner.id,
        "term": row.id,
        "partner": partner_id,
        "purposes": list(purposes),
        "fields": sorted(given),
        "until": until,
    }
    # whoever the term names, what others are told rests on all terms of the owner
    record_change(session, Change(actor, "owner_term_set", None, detail))
    return OwnerTerm(
        id=row.id, partner_id=partner_id, purposes=tuple(purposes), fields=tuple(sorted(given)), until=until
    )


async def withdraw(session: AsyncSession, owner: Owner, *, term_id: str | None = None, actor: str) -> list[str]:
    """End an owner's terms, one or all: what they gave is cut within a second. Gives the ids of those ended.

    Raises:
        UserError: the owner has no such term in force.
    """
    live = [term.id for term in owner.terms if term.withdrawn_at is None and term_id in (None, term.id)]
    if not live:
        raise UserError(f"owner {owner.name} has no {'term ' + term_id if term_id else 'terms'} in force")
    for row in await session.scalars(select(OwnerTermRow).where(OwnerTermRow.id.in_(live))):
        row.withdrawn_at = int(time.time())
    record_change(session, Change(actor, "owner_withdrew", None, {"owner": owner.id, "terms": live}))
    return live
