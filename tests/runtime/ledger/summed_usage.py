"""What a partner's minutes add up to, as tests and benchmarks hold it against what was sent."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.models import UsageRow


async def sum_usage(session: AsyncSession, partner_id: str, *, from_s: int, until_s: int) -> tuple[int, int, int]:
    """Requests, tokens and refusals of the minutes that start in ``[from_s, until_s)``."""
    requests, tokens, refused = (
        await session.execute(
            select(func.sum(UsageRow.requests), func.sum(UsageRow.tokens), func.sum(UsageRow.refused)).where(
                UsageRow.partner_id == partner_id,
                UsageRow.minute_starts_at >= from_s,
                UsageRow.minute_starts_at < until_s,
            )
        )
    ).one()
    return int(requests or 0), int(tokens or 0), int(refused or 0)
