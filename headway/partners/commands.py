"""The commands about partners and their keys."""

import time
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.plan_command import plan as plan_command
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import key_state, keys_table, partners_table
from runtime.errors import UserError
from runtime.ledger.keys import issue_key, list_keys, revoke_key, rotate_key
from runtime.ledger.partners import add_partner, find_partner, get_partner, list_partners, suspend_partner
from runtime.ledger.plans import ensure_built_in_plans

DAY_S = 86_400
_KEEP = "Keep the key now: it is not shown again."
_Who = Annotated[str, typer.Argument(help="The partner's name or id.", metavar="PARTNER")]

app = typer.Typer(name="partners", help="Partners, their keys and plans.", no_args_is_help=True)
app.command(
    "plan", epilog="Examples: headway partners plan    headway partners plan gold --burst-per-s 500 --per-day 5000000"
)(plan_command)


@app.command(epilog="Example: headway partners add 'Map of the North' --plan standard --contact ops@map.example")
def add(
    name: Annotated[str, typer.Argument(help="What the partner is called; stands for it in other commands.")],
    *,
    plan: Annotated[str, typer.Option(help="Its plan: headway partners plan lists them.")] = "trial",
    contact: Annotated[str, typer.Option(help="Whom to write to.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="Days until the key expires; never if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a partner and print its first key, which is shown this once."""
    expires_at = None if days is None else int(time.time()) + days * DAY_S

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        await ensure_built_in_plans(session, actor=actor())
        partner = await add_partner(session, name=name, plan=plan, contact=contact, actor=actor())
        key = await issue_key(session, partner.id, expires_at=expires_at, actor=actor())
        return partner.id, {**msgspec.structs.asdict(partner), "key_id": key.id, "key": key.text}

    show(change_ledger(change), as_json, _KEEP)


@app.command("list", epilog="Example: headway partners list --json")
def list_all(*, as_json: AsJson = False) -> None:
    """List partners and their keys."""

    async def ask(session: AsyncSession) -> list[Told]:
        keys = await list_keys(session)
        return [
            {
                **msgspec.structs.asdict(partner),
                "keys": [
                    {**msgspec.structs.asdict(key), "state": key_state(key, int(time.time()))}
                    for key in keys
                    if key.partner_id == partner.id
                ],
            }
            for partner in await list_partners(session)
        ]

    found = ask_ledger(ask)
    print_found(found, as_json, lambda: (partners_table(found), keys_table(found)))


@app.command(epilog="Example: headway partners rotate 'Map of the North' --overlap-hours 48")
def rotate(
    partner: _Who,
    *,
    overlap_hours: Annotated[float, typer.Option(min=0, help="How long the older key still opens.")] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Give a partner a second key and let the older one lapse."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await get_partner(session, partner)
        key = await rotate_key(session, found.id, overlap_s=int(overlap_hours * 3600), actor=actor())
        return found.id, {"id": found.id, "name": found.name, "key_id": key.id, "key": key.text}

    show(change_ledger(change), as_json, _KEEP)


@app.command(epilog="Examples: headway partners revoke DmRyDV6T0P    headway partners revoke 'Map of the North' --all")
def revoke(
    key: Annotated[str, typer.Argument(help="A key's id; with --all a partner's name or id.")],
    *,
    every_key: Annotated[bool, typer.Option("--all", help="End every key of the partner.")] = False,
    as_json: AsJson = False,
) -> None:
    """End a key, or all of a partner's, on every replica within a second."""

    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        if not every_key:
            if await find_partner(session, key) is not None:
                raise UserError(f"{key} is a partner: name a key's id, or say --all to end all its keys")
            ended = await revoke_key(session, key, actor=actor())
            return ended.partner_id, {"id": ended.partner_id, "revoked": [ended.id]}
        found = await get_partner(session, key)
        live = [each.id for each in await list_keys(session, found.id) if each.revoked_at is None]
        for key_id in live:
            await revoke_key(session, key_id, actor=actor())
        return found.id, {"id": found.id, "name": found.name, "revoked": live}

    show(change_ledger(change), as_json)


@app.command(epilog="Example: headway partners suspend 'Map of the North'")
def suspend(partner: _Who, *, as_json: AsJson = False) -> None:
    """Shut a partner out, its keys staying as they are, until it is resumed."""
    _suspend(partner, as_json, suspended=True)


@app.command(epilog="Example: headway partners resume 'Map of the North'")
def resume(partner: _Who, *, as_json: AsJson = False) -> None:
    """Let a suspended partner in again."""
    _suspend(partner, as_json, suspended=False)


def _suspend(partner: str, as_json: bool, *, suspended: bool) -> None:
    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        found = await suspend_partner(session, partner, suspended=suspended, actor=actor())
        return found.id, msgspec.structs.asdict(found)

    show(change_ledger(change), as_json)
