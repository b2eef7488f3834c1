"""``headway partners``: who may ask, with which keys, under which plan."""

import asyncio
import getpass
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import msgspec
import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partner_tables import key_state, keys_table, partners_table, plans_table
from runtime.errors import UserError
from runtime.ledger.announce import announce_change
from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key, list_keys, revoke_key, rotate_key
from runtime.ledger.migrate import check_migrated
from runtime.ledger.partners import add_partner, assign_plan, find_partner, get_partner, list_partners, suspend_partner
from runtime.ledger.plans import Plan, ensure_built_in_plans, find_plan, list_plans, set_plan
from runtime.settings import load_settings

DAY_S = 86_400
_Answer = TypeVar("_Answer")
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Who = Annotated[str, typer.Argument(help="The partner's name or id.", metavar="PARTNER")]

app = typer.Typer(name="partners", help="Partners, their keys and plans.", no_args_is_help=True)


@app.command(epilog="Example: headway partners add 'Map of the North' --plan standard --contact ops@map.example")
def add(
    name: Annotated[str, typer.Argument(help="What the partner is called; stands for it in other commands.")],
    *,
    plan: Annotated[str, typer.Option(help="Its plan: headway partners plan lists them.")] = "trial",
    contact: Annotated[str, typer.Option(help="Whom to write to.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="Days until the key expires; never if left out.")] = None,
    as_json: _Json = False,
) -> None:
    """Add a partner and print its first key, which is shown this once."""
    expires_at = None if days is None else int(time.time()) + days * DAY_S

    async def change(session: AsyncSession) -> tuple[str, dict[str, object]]:
        await ensure_built_in_plans(session, actor=_actor())
        partner = await add_partner(session, name=name, plan=plan, contact=contact, actor=_actor())
        key = await issue_key(session, partner.id, expires_at=expires_at, actor=_actor())
        return partner.id, {**msgspec.structs.asdict(partner), "key_id": key.id, "key": key.text}

    _show(_change(change), as_json, "Keep the key now: it is not shown again.")


@app.command("list", epilog="Example: headway partners list --json")
def list_all(*, as_json: _Json = False) -> None:
    """List partners and their keys."""

    async def ask(session: AsyncSession) -> list[dict[str, object]]:
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

    found = _ask(ask)
    _print(found, as_json, lambda: (partners_table(found), keys_table(found)))


@app.command(epilog="Example: headway partners rotate 'Map of the North' --overlap-hours 48")
def rotate(
    partner: _Who,
    *,
    overlap_hours: Annotated[float, typer.Option(min=0, help="How long the older key still opens.")] = 24.0,
    as_json: _Json = False,
) -> None:
    """Give a partner a second key and let the older one lapse."""

    async def change(session: AsyncSession) -> tuple[str, dict[str, object]]:
        found = await get_partner(session, partner)
        key = await rotate_key(session, found.id, overlap_s=int(overlap_hours * 3600), actor=_actor())
        return found.id, {"id": found.id, "name": found.name, "key_id": key.id, "key": key.text}

    _show(_change(change), as_json, "Keep the key now: it is not shown again.")


@app.command(epilog="Examples: headway partners revoke DmRyDV6T0P    headway partners revoke 'Map of the North' --all")
def revoke(
    key: Annotated[str, typer.Argument(help="A key's id; with --all a partner's name or id.")],
    *,
    every_key: Annotated[bool, typer.Option("--all", help="End every key of the partner.")] = False,
    as_json: _Json = False,
) -> None:
    """End a key, or all of a partner's, on every replica within a second."""

    async def change(session: AsyncSession) -> tuple[str, dict[str, object]]:
        if not every_key:
            if await find_partner(session, key) is not None:
                raise UserError(f"{key} is a partner: name a key's id, or say --all to end all its keys")
            ended = await revoke_key(session, key, actor=_actor())
            return ended.partner_id, {"id": ended.partner_id, "revoked": [ended.id]}
        found = await get_partner(session, key)
        live = [each.id for each in await list_keys(session, found.id) if each.revoked_at is None]
        for key_id in live:
            await revoke_key(session, key_id, actor=_actor())
        return found.id, {"id": found.id, "name": found.name, "revoked": live}

    _show(_change(change), as_json)


@app.command(epilog="Example: headway partners suspend 'Map of the North'")
def suspend(partner: _Who, *, as_json: _Json = False) -> None:
    """Shut a partner out, its keys staying as they are, until it is resumed."""
    _suspend(partner, as_json, suspended=True)


@app.command(epilog="Example: headway partners resume 'Map of the North'")
def resume(partner: _Who, *, as_json: _Json = False) -> None:
    """Let a suspended partner in again."""
    _suspend(partner, as_json, suspended=False)


@app.command(epilog="Examples: headway partners plan    headway partners plan gold --burst-per-s 500 --per-day 5000000")
def plan(
    name: Annotated[str | None, typer.Argument(help="The plan to make or change; without it all are listed.")] = None,
    *,
    burst_per_s: Annotated[float | None, typer.Option(help="Tokens a second, in the long run.")] = None,
    burst_size: Annotated[int | None, typer.Option(help="Tokens that may be spent at once; twice the rate.")] = None,
    per_day: Annotated[int | None, typer.Option(help="Tokens a UTC day.")] = None,
    per_month: Annotated[int | None, typer.Option(help="Tokens a UTC month; 31 days' worth.")] = None,
    weight: Annotated[list[str] | None, typer.Option(help="KIND=TOKENS, as often as needed.")] = None,
    assign: Annotated[str | None, typer.Option(help="Put this partner under the plan.")] = None,
    as_json: _Json = False,
) -> None:
    """List plans, make or change one, or put a partner under one."""
    figures: dict[str, object] = {
        "burst_per_s": burst_per_s,
        "burst_size": burst_size,
        "per_day": per_day,
        "per_month": per_month,
        "weights": None if weight is None else _weights(weight),
    }
    given = {field: value for field, value in figures.items() if value is not None}
    if name is None:
        if given or assign:
            raise UserError("name the plan that is meant: headway partners plan NAME …")
        found = _ask(list_plans)
        _print([msgspec.to_builtins(each) for each in found], as_json, lambda: (plans_table(found),))
        return

    async def change(session: AsyncSession) -> tuple[str | None, dict[str, object]]:
        if given:
            await set_plan(session, _planned(name, await find_plan(session, name), given), actor=_actor())
        partner = await assign_plan(session, assign, plan=name, actor=_actor()) if assign else None
        made = await find_plan(session, name)
        if made is None:
            raise UserError(f"there is no plan {name}: give --burst-per-s and --per-day to make it")
        told: dict[str, object] = {**msgspec.structs.asdict(made), **({"partner": partner.name} if partner else {})}
        return (None if given or partner is None else partner.id), told

    if given or assign:
        _show(_change(change), as_json)
    else:
        raise UserError(f"say what plan {name} is to be, or --assign PARTNER; headway partners plan lists all")


def _planned(name: str, before: Plan | None, given: dict[str, object]) -> Plan:
    if before is not None:
        return msgspec.structs.replace(before, **given)
    if "burst_per_s" not in given or "per_day" not in given:
        raise UserError(f"there is no plan {name} yet: give --burst-per-s and --per-day to make it")
    burst_per_s, per_day = float(str(given["burst_per_s"])), int(str(given["per_day"]))
    made = {"name": name, "burst_size": max(1, int(2 * burst_per_s)), "per_month": 31 * per_day, **given}
    return msgspec.convert(made, Plan)


def _weights(given: list[str]) -> dict[str, int]:
    weights = {}
    for each in given:
        kind, _, tokens = each.partition("=")
        if not kind or not tokens.isdigit():
            raise UserError(f"weight {each}: use KIND=TOKENS, such as arrivals=2")
        weights[kind] = int(tokens)
    return weights


def _suspend(partner: str, as_json: bool, *, suspended: bool) -> None:
    async def change(session: AsyncSession) -> tuple[str, dict[str, object]]:
        found = await suspend_partner(session, partner, suspended=suspended, actor=_actor())
        return found.id, msgspec.structs.asdict(found)

    _show(_change(change), as_json)


def _actor() -> str:
    try:
        return f"command line: {getpass.getuser()}"
    except (KeyError, OSError):
        return "command line"


def _ask(question: Callable[[AsyncSession], Awaitable[_Answer]]) -> _Answer:
    async def run() -> _Answer:
        ledger = Ledger(load_settings().database)
        try:
            await check_migrated(ledger)
            async with ledger.read() as session:
                return await question(session)
        finally:
            await ledger.close()

    return asyncio.run(run())


def _change(change: Callable[[AsyncSession], Awaitable[tuple[str | None, dict[str, object]]]]) -> dict[str, object]:
    async def run() -> dict[str, object]:
        settings = load_settings()
        ledger = Ledger(settings.database)
        try:
            await check_migrated(ledger)
            async with ledger.write() as session:
                partner_id, told = await change(session)
        finally:
            await ledger.close()
        if not await announce_change(settings, partner_id):
            Console(stderr=True).print(
                f"The store at {settings.store} does not answer; replicas read the ledger instead."
            )
        return told

    return asyncio.run(run())


def _show(told: dict[str, object], as_json: bool, hint: str = "") -> None:
    def table() -> tuple[Table]:
        grid = Table.grid(padding=(0, 2))
        for name, value in told.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            grid.add_row(name.replace("_", " "), "-" if value is None else shown)
        return (grid,)

    _print(told, as_json, table)
    if hint and not as_json:
        Console(stderr=True).print(hint)


def _print(value: object, as_json: bool, tables: Callable[[], tuple[Table, ...]]) -> None:
    if as_json:
        typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
        return
    for table in tables():
        Console(soft_wrap=True).print(table)
