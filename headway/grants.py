"""``headway grants``: what partners were given, and what they wait for."""

import time
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plain_table
from runtime.ledger.grant_requests import decide_request, list_requests
from runtime.ledger.grants import NewGrant, add_grant, change_grant, list_grants
from runtime.ledger.partners import get_partner
from runtime.ledger.products import get_product

_Id = Annotated[str, typer.Argument(help="The grant's id.", metavar="GRANT")]

app = typer.Typer(name="grants", help="What partners may be told, and what they wait for.", no_args_is_help=True)


@app.command("list", epilog="Example: headway grants list --partner 'Map of the North'")
def list_all(
    *, partner: Annotated[str, typer.Option(help="Only this partner's.")] = "", as_json: AsJson = False
) -> None:
    """List grants, oldest first."""

    async def ask(session: AsyncSession) -> list[Told]:
        who = (await get_partner(session, partner)).id if partner else None
        return [msgspec.to_builtins(grant) for grant in await list_grants(session, who)]

    found, now = ask_ledger(ask), time.time()
    rows = [
        (grant["id"], grant["partner_id"], grant["product_id"], grant["purpose"], grant["rule"], _state(grant, now))
        for grant in found
    ]
    print_found(found, as_json, lambda: (plain_table("grant partner product purpose rule state", rows),))


def _state(grant: Told, now: float) -> str:
    expires_at = grant["expires_at"]
    if grant["revoked_at"] is not None:
        return "revoked"
    if isinstance(expires_at, int) and now >= expires_at:
        return "expired"
    return "suspended" if grant["suspended_at"] is not None else "live"


@app.command(epilog="Example: headway grants give 'Map of the North' maps --purpose passenger-information --days 365")
def give(
    partner: Annotated[str, typer.Argument(help="The partner's name or id.")],
    product: Annotated[str, typer.Argument(help="The product's id.")],
    *,
    purpose: Annotated[str, typer.Option(help="What for.")],
    days: Annotated[int | None, typer.Option(min=1, help="For so many days; until revoked if left out.")] = None,
    plan: Annotated[str | None, typer.Option(help="A quota of the grant's own.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Only this group of fields.")] = None,
    delay_s: Annotated[int, typer.Option(min=0, help="Nothing newer than this.")] = 0,
    rate_per_s: Annotated[float | None, typer.Option(help="Slower than the plan.")] = None,
    network: Annotated[list[str] | None, typer.Option(help="Only from this network.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give a partner a product, whatever the offer says."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        who = await get_partner(session, partner)
        terms = NewGrant(
            partner_id=who.id,
            purpose=purpose,
            rule=actor(),
            days=days,
            plan=plan,
            fields=tuple(field) if field else None,
            delay_s=delay_s,
            rate_per_s=rate_per_s,
            networks=tuple(network or ()),
        )
        grant = await add_grant(session, await get_product(session, product), terms, actor=actor())
        return who.id, msgspec.to_builtins(grant)

    show(change_ledger(change), as_json)


@app.command(epilog="Example: headway grants renew g_AbCdEf1234 --days 365")
def renew(
    grant: _Id, *, days: Annotated[int, typer.Option(min=1, help="From now on.")] = 365, as_json: AsJson = False
) -> None:
    """Let a grant go on for so many days from now."""
    _change(grant, "renew", as_json, days)


@app.command(epilog="Example: headway grants suspend g_AbCdEf1234")
def suspend(grant: _Id, *, as_json: AsJson = False) -> None:
    """Let a grant open nothing until it is resumed."""
    _change(grant, "suspend", as_json)


@app.command(epilog="Example: headway grants resume g_AbCdEf1234")
def resume(grant: _Id, *, as_json: AsJson = False) -> None:
    """Let a suspended grant open again."""
    _change(grant, "resume", as_json)


@app.command(epilog="Example: headway grants revoke g_AbCdEf1234")
def revoke(grant: _Id, *, as_json: AsJson = False) -> None:
    """End a grant for good, on every replica within a second."""
    _change(grant, "revoke", as_json)


def _change(grant: str, what: str, as_json: bool, days: int = 0) -> None:
    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await change_grant(session, grant, what, days=days, actor=actor())
        return found.partner_id, msgspec.to_builtins(found)

    show(change_ledger(change), as_json)


@app.command(epilog="Example: headway grants requests")
def requests(
    *, every: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False, as_json: AsJson = False
) -> None:
    """List requests that wait for staff, and why."""

    async def ask(session: AsyncSession) -> list[Told]:
        found = await list_requests(session, state=None if every else "waiting")
        return [msgspec.to_builtins(request) for request in found]

    found = ask_ledger(ask)
    rows = [(each["id"], each["partner_id"], each["product_id"], each["state"], each["reason"]) for each in found]
    print_found(found, as_json, lambda: (plain_table("request partner product state reason", rows),))


@app.command(epilog="Examples: headway grants decide r_1 --approve    headway grants decide r_1 --refuse 'No contract'")
def decide(
    request: Annotated[str, typer.Argument(help="The request's id.")],
    *,
    approve: Annotated[bool, typer.Option("--approve", help="Give what was asked for.")] = False,
    refuse: Annotated[str, typer.Option(help="Why not; the partner reads it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Decide a request that waits."""
    if approve == bool(refuse):
        raise typer.BadParameter("say --approve, or --refuse with a reason")

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        decided = await decide_request(session, request, approved=approve, reason=refuse, actor=actor())
        return decided.partner_id, msgspec.to_builtins(decided)

    show(change_ledger(change), as_json)
