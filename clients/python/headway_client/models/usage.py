"""What answers about `usage` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Partner,
    PlanTerms,
)


class Advice(TypedDict):
    """What to change."""

    advice: str
    says: str


class GrantUsage(TypedDict):
    """How the quota of a grant that has its own stands."""

    plan: PlanTerms
    day: UsageWindow
    month: UsageWindow
    to_change: list[Advice]
    grant: str
    product: str
    state: Literal['live', 'suspended']


class StatementAnswer(TypedDict):
    """A month's statement (`.json`)."""

    partner: Partner
    month: str
    is_over: bool
    sums: UsageSums
    lines: list[StatementLine]


class StatementLine(TypedDict):
    """A day (UTC), kind of request, grant (empty: an open product) and product."""

    day: str
    kind: str
    grant: str
    product: str
    requests: int
    tokens: int
    refused: int


class UsageAnswer(TypedDict):
    """What was used; what is spent under a grant with a quota of its own is in `grants` alone."""

    plan: PlanTerms
    day: UsageWindow
    month: UsageWindow
    to_change: list[Advice]
    now: UsageNow
    grants: list[GrantUsage]
    refusals: dict[str, Any]


class UsageSums(TypedDict):
    """What requests come to."""

    requests: int
    tokens: int
    over_quota: int
    turned_away: int


class UsageNow(UsageSums):
    """The last minutes."""

    span_s: int


class UsageOf(TypedDict):
    """What one kind of request, or one product, came to."""

    requests: int
    tokens: int
    refused: int


class UsageWindow(TypedDict):
    """A day or month: its quota, what is spent, and when it ends at the present rate."""

    limit: int
    tokens: int
    leased: int
    starts_at: str
    ends_at: str
    used_up_at: str | None
    tokens_per_day: int
    by_kind: dict[str, Any]
    by_product: dict[str, Any]
