"""What a partner used, summed by day, kind and grant: the rows of its monthly statements."""

from collections import defaultdict
from datetime import UTC, datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.models import UsageRow
from schemas.usage import REFUSED

_DAY_S = 86_400


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a statement: a day (UTC), a kind of request, a grant (empty: an open product) and its product."""

    day: str
    kind: str
    grant: str
    product: str
    requests: int
    tokens: int
    refused: int


async def list_lines(
    session: AsyncSession, partner_id: str, *, from_s: int, until_s: int, products: dict[str, str]
) -> list[Line]:
    """Sums of the minutes that start in ``[from_s, until_s)``; ``products`` gives a grant's product."""
    day = UsageRow.minute_starts_at - UsageRow.minute_starts_at % _DAY_S
    query = (
        select(
            day.label("day"),
            UsageRow.kind,
            UsageRow.grant_id,
            func.sum(UsageRow.requests),
            func.sum(UsageRow.tokens),
            func.sum(UsageRow.refused),
        )
        .where(
            UsageRow.partner_id == partner_id,
            UsageRow.minute_starts_at >= from_s,
            UsageRow.minute_starts_at < until_s,
        )
        .group_by(day, UsageRow.kind, UsageRow.grant_id)
        .order_by(day, UsageRow.kind, UsageRow.grant_id)
    )
    return [
        Line(
            day=datetime.fromtimestamp(int(starts_at), UTC).strftime("%Y-%m-%d"),
            kind=kind,
            grant=grant,
            product=products.get(grant, "open" if not grant else ""),
            requests=int(requests),
            tokens=int(tokens),
            refused=int(refused),
        )
        for starts_at, kind, grant, requests, tokens, refused in (await session.execute(query)).all()
    ]


def sum_by(lines: list[Line], name: str) -> dict[str, dict[str, int]]:
    """Requests, tokens and refusals of answered kinds, by ``kind``, ``product``, ``grant`` or ``day``."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"requests": 0, "tokens": 0, "refused": 0})
    for line in lines:
        if not line.kind.startswith(REFUSED):
            sums = found[getattr(line, name)]
            sums["requests"] += line.requests
            sums["tokens"] += line.tokens
            sums["refused"] += line.refused
    return dict(found)
