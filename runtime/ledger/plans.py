"""Plans: how fast and how much a partner may ask."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.models import PlanRow

WEIGHT_MAX: Final = 1000
STREAMS_MAX: Final = 100_000


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan: ``burst_per_s`` tokens a second refill a bucket of ``burst_size``; days and months are UTC.

    ``weights`` gives the tokens that one request of a kind costs; a kind it does not name costs one. A stream costs a
    request of kind ``stream`` each minute, and ``streams`` of them may be open at once over all replicas.
    """

    name: str
    burst_per_s: float
    burst_size: int
    per_day: int
    per_month: int
    weights: dict[str, int] = {}
    streams: int = 20


TRIAL: Final = Plan(name="trial", burst_per_s=20, burst_size=40, per_day=20_000, per_month=200_000)
STANDARD: Final = Plan(
    name="standard", burst_per_s=200, burst_size=400, per_day=2_000_000, per_month=40_000_000, streams=1000
)
BUILT_IN: Final = (TRIAL, STANDARD)
"""Plans every ledger starts with; staff may change them."""


def check_plan(plan: Plan) -> Plan:
    """Return the plan if every figure makes sense.

    Raises:
        UserError: one does not; the message names it.
    """
    if not plan.name or len(plan.name) > 64:
        raise UserError("plan: give it a name of 1 to 64 characters")
    if not 0 < plan.burst_per_s <= 1e6:
        raise UserError(f"plan {plan.name}: burst rate {plan.burst_per_s}: use more than 0 tokens a second")
    if not 1 <= plan.burst_size <= 10_000_000:
        raise UserError(f"plan {plan.name}: burst size {plan.burst_size}: use 1 or more")
    if not 0 <= plan.per_day <= plan.per_month:
        raise UserError(f"plan {plan.name}: {plan.per_day} a day and {plan.per_month} a month: a month holds its days")
    if not 0 <= plan.streams <= STREAMS_MAX:
        raise UserError(f"plan {plan.name}: {plan.streams} streams: use 0 to {STREAMS_MAX}")
    for kind, weight in plan.weights.items():
        if not 1 <= weight <= min(WEIGHT_MAX, plan.burst_size):
            raise UserError(f"plan {plan.name}: weight {weight} of {kind}: use 1 to {min(WEIGHT_MAX, plan.burst_size)}")
    return plan


def plan_of(row: PlanRow) -> Plan:
    """A row's plan."""
    return Plan(
        name=row.name,
        burst_per_s=row.burst_per_s,
        burst_size=row.burst_size,
        per_day=row.per_day,
        per_month=row.per_month,
        weights=row.weights,
        streams=row.streams,
    )


async def list_plans(session: AsyncSession) -> list[Plan]:
    """Every plan by name."""
    return [plan_of(row) for row in await session.scalars(select(PlanRow).order_by(PlanRow.name))]


async def find_plan(session: AsyncSession, name: str) -> Plan | None:
    """The plan of that name."""
    row = await session.get(PlanRow, name)
    return plan_of(row) if row else None


async def set_plan(session: AsyncSession, plan: Plan, *, actor: str) -> None:
    """Make the plan, or change the one of that name for all its partners.

    Raises:
        UserError: a figure makes no sense.
    """
    check_plan(plan)
    before = await find_plan(session, plan.name)
    await session.merge(PlanRow(**msgspec.structs.asdict(plan)))
    detail: dict[str, object] = {"after": msgspec.to_builtins(plan), "before": msgspec.to_builtins(before)}
    record_change(session, Change(actor, "plan_set", None, detail))


async def ensure_built_in_plans(session: AsyncSession, *, actor: str) -> None:
    """Add the plans every ledger starts with where they are missing."""
    for plan in BUILT_IN:
        if await find_plan(session, plan.name) is None:
            await set_plan(session, plan, actor=actor)
    await session.flush()
