"""``headway owners``: who feeds and timetables belong to, and on which terms they are told."""

import time
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from runtime.ledger.owners import add_owner, get_owner, list_owners, set_term
from runtime.ledger.owners import withdraw as withdraw_terms
from runtime.ledger.partners import get_partner
from transit.grants.agreements import ANYONE, OwnerTerm

DAY_S = 86_400
_Who = Annotated[str, typer.Argument(help="The owner's name or id.", metavar="OWNER")]

app = typer.Typer(name="owners", help="Owners of feeds and timetables, and their terms.", no_args_is_help=True)


@app.command(epilog="Example: headway owners add 'City Bus Group' --feed bus --timetable city")
def add(
    name: Annotated[str, typer.Argument(help="What the owner is called.")],
    *,
    feed: Annotated[list[str] | None, typer.Option(help="A feed that is its.")] = None,
    timetable: Annotated[list[str] | None, typer.Option(help="A timetable that is its.")] = None,
    contact: Annotated[str, typer.Option(help="Whom to write to.")] = "",
    closed: Annotated[bool, typer.Option("--closed", help="Give nothing to anyone until terms are set.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an owner; unless --closed, with terms that give everything to anyone, as before it had a name."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        owner = await add_owner(
            session, name=name, feeds=feed or (), timetables=timetable or (), contact=contact, actor=actor()
        )
        term = None if closed else await set_term(session, owner, actor=actor())
        return None, {"id": owner.id, "name": name, "term": term.id if term else None}

    show(change_ledger(change), as_json)


@app.command("list", epilog="Example: headway owners list --json")
def list_all(*, as_json: AsJson = False) -> None:
    """List owners and the terms in force."""
    owners = ask_ledger(list_owners)
    found = [msgspec.to_builtins(owner) for owner in owners]
    rows = [
        (owner.name, term.id, term.partner_id, term.purposes or "any", term.fields, term.withdrawn_at)
        for owner in owners
        for term in owner.terms or (OwnerTerm(id="-", partner_id="nothing is given", fields=()),)
    ]
    print_found(found, as_json, lambda: (plain_table("owner term partner purposes fields withdrawn", rows),))


@app.command(epilog="Example: headway owners give 'City Bus Group' --partner 'Map of the North' --field expected")
def give(
    owner: _Who,
    *,
    partner: Annotated[str, typer.Option(help="To this partner alone; to anyone if left out.")] = "",
    purpose: Annotated[list[str] | None, typer.Option(help="For this purpose; for any if left out.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="A group of fields; all if left out.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="For so many days; for good if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set a term: what the owner gives to whom, for what. Terms add up; withdraw what is no longer given."""
    until = None if days is None else int(time.time()) + days * DAY_S

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await get_owner(session, owner)
        to = (await get_partner(session, partner)).id if partner else ANYONE
        term = await set_term(
            session, found, partner_id=to, purposes=purpose or (), fields=field, until=until, actor=actor()
        )
        return None, {"owner": found.name, **msgspec.to_builtins(term)}

    show(change_ledger(change), as_json)


@app.command(epilog="Examples: headway owners withdraw 'City Bus Group'    headway owners withdraw o_1 --term t_2")
def withdraw(
    owner: _Who,
    *,
    term: Annotated[str | None, typer.Option(help="Only this term; all if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Cut what an owner gives, on every replica within a second; partners keep what other owners give."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await get_owner(session, owner)
        return None, {"owner": found.name, "ended": await withdraw_terms(session, found, term_id=term, actor=actor())}

    show(change_ledger(change), as_json)
