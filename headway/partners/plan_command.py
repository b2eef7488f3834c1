"""``headway partners plan``: list plans, make or change one, put a partner under one."""

from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from headway.partners.ledger_session import Told, actor, ask_ledger, change_ledger
from headway.partners.printing import AsJson, print_found, show
from headway.partners.tables import plans_table
from runtime.errors import UserError
from runtime.ledger.partners import assign_plan
from runtime.ledger.plans import Plan, find_plan, list_plans, set_plan

Figures = dict[str, object]
"""What was said of a plan, by the plan's field."""


def plan(
    name: Annotated[str | None, typer.Argument(help="The plan to make or change; without it all are listed.")] = None,
    *,
    burst_per_s: Annotated[float | None, typer.Option(help="Tokens a second, in the long run.")] = None,
    burst_size: Annotated[int | None, typer.Option(help="Tokens that may be spent at once; twice the rate.")] = None,
    per_day: Annotated[int | None, typer.Option(help="Tokens a UTC day.")] = None,
    per_month: Annotated[int | None, typer.Option(help="Tokens a UTC month; 31 days' worth.")] = None,
    streams: Annotated[int | None, typer.Option(help="Streams open at once, over all replicas.")] = None,
    weight: Annotated[list[str] | None, typer.Option(help="KIND=TOKENS, as often as needed.")] = None,
    assign: Annotated[str | None, typer.Option(help="Put this partner under the plan.")] = None,
    as_json: AsJson = False,
) -> None:
    """List plans, make or change one, or put a partner under one."""
    figures: Figures = {
        "burst_per_s": burst_per_s,
        "burst_size": burst_size,
        "per_day": per_day,
        "per_month": per_month,
        "streams": streams,
        "weights": None if weight is None else _weights(weight),
    }
    given = {field: value for field, value in figures.items() if value is not None}
    if name is None:
        if given or assign:
            raise UserError("name the plan that is meant: headway partners plan NAME …")
        _list(as_json)
    elif given or assign:
        show(_set_or_assign(name, given, assign), as_json)
    else:
        raise UserError(f"say what plan {name} is to be, or --assign PARTNER; headway partners plan lists all")


def _list(as_json: bool) -> None:
    found = ask_ledger(list_plans)
    print_found([msgspec.to_builtins(each) for each in found], as_json, lambda: (plans_table(found),))


def _set_or_assign(name: str, given: Figures, partner_name: str | None) -> Told:
    async def change(session: AsyncSession) -> tuple[str | None, Told]:
        if given:
            await set_plan(session, _planned(name, await find_plan(session, name), given), actor=actor())
        partner = await assign_plan(session, partner_name, plan=name, actor=actor()) if partner_name else None
        made = await find_plan(session, name)
        if made is None:
            raise UserError(f"there is no plan {name}: give --burst-per-s and --per-day to make it")
        told = msgspec.structs.asdict(made)
        if partner is not None:
            told["partner"] = partner.name
        return (None if given or partner is None else partner.id), told

    return change_ledger(change)


def _planned(name: str, before: Plan | None, given: Figures) -> Plan:
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
