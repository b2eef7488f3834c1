"""Usage and statements, as OpenAPI describes them. Moments are RFC 3339 in UTC."""

from typing import Annotated, Literal

from pydantic import Field

from api.me.schemas import Partner, PlanTerms
from api.shared_schemas import Described


class UsageSums(Described):
    """What requests come to."""

    requests: Annotated[int, Field(description="Answered")]
    tokens: int
    over_quota: Annotated[int, Field(description="Refused for want of quota")]
    turned_away: Annotated[int, Field(description="Refused for another reason")]


class UsageNow(UsageSums):
    """The last minutes."""

    span_s: int


class UsageOf(Described):
    """What one kind of request, or one product, came to."""

    requests: int
    tokens: int
    refused: int


class UsageWindow(Described):
    """A day or month: its quota, what is spent, and when it ends at the present rate."""

    limit: int
    tokens: int
    leased: Annotated[int, Field(description="Spent, or held ready by API processes")]
    starts_at: str
    ends_at: str
    used_up_at: Annotated[str | None, Field(description="Null: not before the window ends")]
    tokens_per_day: int
    by_kind: dict[str, UsageOf]
    by_product: dict[str, UsageOf]


class Advice(Described):
    """What to change."""

    advice: str
    says: str


class QuotaUsage(Described):
    """How a quota stands."""

    plan: PlanTerms
    day: UsageWindow
    month: UsageWindow
    to_change: list[Advice]


class GrantUsage(QuotaUsage):
    """How the quota of a grant that has its own stands."""

    grant: str
    product: str
    state: Literal["live", "suspended"]


class UsageAnswer(QuotaUsage):
    """What was used; what is spent under a grant with a quota of its own is in `grants` alone."""

    now: UsageNow
    grants: list[GrantUsage]
    refusals: Annotated[dict[str, int], Field(description="This month's, by reason")]


class StatementLine(Described):
    """A day (UTC), kind of request, grant (empty: an open product) and product."""

    day: str
    kind: str
    grant: str
    product: str
    requests: int
    tokens: int
    refused: int


class StatementAnswer(Described):
    """A month's statement (`.json`)."""

    partner: Partner
    month: str
    is_over: bool
    sums: UsageSums
    lines: list[StatementLine]
