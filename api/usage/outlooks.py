"""How each quota stands: the partner's, and that of every grant which has one of its own."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from api.lane.plan_of_grant import plan_of_grant
from api.own.moments import rfc3339
from api.usage.months import day_span, month_of, month_span
from runtime.ledger.plans import Plan
from runtime.ledger.statements import Line, sum_by
from schemas.usage import REFUSED
from transit.grants.agreements import Grant
from transit.grants.quota_outlook import ADVICE, Outlook, Sums, Window, advise, foresee

RECENT_S = 86_400
Leased = Mapping[tuple[str, str], int]


class Used(NamedTuple):
    """Lines of the last two minutes, the last day and this month."""

    latest: list[Line]
    recent: list[Line]
    monthly: list[Line]

    def under(self, grants: set[str]) -> "Used":
        """What was used under these grants."""
        return Used(*([line for line in part if line.grant in grants] for part in self))

    def besides(self, grants: set[str]) -> "Used":
        """What was used under none of these grants."""
        return Used(*([line for line in part if line.grant not in grants] for part in self))


class Account(NamedTuple):
    """Where tokens are counted: under a partner's id, or a grant's; and its plan."""

    id: str
    plan: Plan


def own_accounts(
    grants: Sequence[Grant], partners: Plan, plans: Mapping[str, Plan]
) -> dict[str, tuple[Grant, Account]]:
    """The grants whose requests do not spend the partner's tokens, those that are over too, by id."""
    found = {}
    for grant in grants:
        plan = plan_of_grant(grant.plan, grant.rate_per_s, partners, plans)
        if plan is not partners:
            found[grant.id] = (grant, Account(grant.id, plan))
    return found


def quota_fields(account: Account, used: Used, leased: Leased, now: float) -> dict[str, Any]:
    """An account's day and month, when each is used up at the present rate (over the last day), what to change."""
    today = [line for line in used.monthly if line.day == day_of(now)]
    month = month_span(month_of(now)) or day_span(now)
    rate = sums_of(used.recent).tokens / RECENT_S
    windows = {
        "day": Window(account.plan.per_day, sums_of(today).tokens, *map(float, day_span(now))),
        "month": Window(account.plan.per_month, sums_of(used.monthly).tokens, *map(float, month)),
    }
    outlooks = {name: foresee(window, rate, now) for name, window in windows.items()}
    names = {"day": day_of(now), "month": month_of(now)}
    return {
        "plan": msgspec.to_builtins(account.plan),
        **{
            name: _window_fields(window, outlooks[name], leased.get((account.id, names[name]), 0))
            | {"by_kind": sum_by(part, "kind"), "by_product": sum_by(part, "product")}
            for (name, window), part in zip(windows.items(), (today, used.monthly), strict=True)
        },
        "to_change": [{"advice": name, "says": ADVICE[name]} for name in advise(sums_of(used.monthly), outlooks)],
    }


def day_of(at: float) -> str:
    """The UTC day of a moment (POSIX s)."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def sums_of(lines: list[Line]) -> Sums:
    """What lines come to."""
    answered = [line for line in lines if not line.kind.startswith(REFUSED)]
    turned_away = sum(line.refused for line in lines if line.kind.startswith(REFUSED))
    return Sums(
        sum(line.requests for line in answered),
        sum(line.tokens for line in answered),
        sum(line.refused for line in answered),
        turned_away,
    )


def _window_fields(window: Window, outlook: Outlook, leased: int) -> dict[str, Any]:
    return {
        "limit": window.limit,
        "tokens": window.used,
        "leased": leased,
        "starts_at": rfc3339(window.starts_at),
        "ends_at": rfc3339(window.ends_at),
        "used_up_at": rfc3339(outlook.used_up_at),
        "tokens_per_day": round(outlook.tokens_per_day),
    }
