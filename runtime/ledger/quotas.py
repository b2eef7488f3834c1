"""Leased quota in SQL: a token is noted here before a process may spend it, so no loss elsewhere over-runs a quota.

A lease counts only under the generation that the store's counters were seeded with: raising the generation and reading
the sums is one transaction, so no lease can fall between the sums and the seeding.
"""

from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.models import QuotaGenerationRow, QuotaLeaseRow, QuotaWindowRow


class Windows(NamedTuple):
    """The names of a UTC day and month, such as ``2026-02-16`` and ``2026-02``."""

    day: str
    month: str


class Grant(NamedTuple):
    """Tokens the store granted a process, to be noted: limits are the plan's at the time."""

    process: str
    partner_id: str
    windows: Windows
    tokens: int
    per_day: int
    per_month: int


class StaleGenerationError(Exception):
    """The store's counters were seeded anew, or are older than the ledger: leases of before do not count."""


class OverQuotaError(Exception):
    """The store granted more than the ledger has left: its counters are wrong and must be seeded again."""


async def note_grants(session: AsyncSession, grants: list[Grant], *, generation: int) -> None:
    """Note leases of one process in one transaction.

    Raises:
        StaleGenerationError: the store's counters are of another generation.
        OverQuotaError: a grant would over-run a day or month.
    """
    # Shared on PostgreSQL, so that processes note their leases side by side and only a seeding shuts them out.
    query = select(QuotaGenerationRow.generation).where(QuotaGenerationRow.id == 1).with_for_update(read=True)
    if await session.scalar(query) != generation:
        raise StaleGenerationError
    for grant in sorted(grants):
        await _debit(session, grant.partner_id, grant.windows.day, grant.tokens, grant.per_day)
        await _debit(session, grant.partner_id, grant.windows.month, grant.tokens, grant.per_month)
        lease = _insert(session)(QuotaLeaseRow).values(
            process=grant.process, partner_id=grant.partner_id, day=grant.windows.day, granted=grant.tokens
        )
        await session.execute(
            lease.on_conflict_do_update(
                index_elements=["process", "partner_id", "day"],
                set_={"granted": QuotaLeaseRow.granted + lease.excluded.granted},
            )
        )


async def _debit(session: AsyncSession, partner_id: str, window: str, tokens: int, limit: int) -> None:
    if tokens > limit:
        raise OverQuotaError(partner_id)
    row = _insert(session)(QuotaWindowRow).values(partner_id=partner_id, window=window, leased=tokens)
    debited = await session.scalar(
        row.on_conflict_do_update(
            index_elements=["partner_id", "window"],
            set_={"leased": QuotaWindowRow.leased + row.excluded.leased},
            where=QuotaWindowRow.leased + row.excluded.leased <= limit,
        ).returning(QuotaWindowRow.leased)
    )
    if debited is None:
        raise OverQuotaError(partner_id)


async def give_back(session: AsyncSession, process: str, partner_id: str, windows: Windows, *, spent: int) -> int:
    """End a process's lease of a day, of which ``spent`` tokens were used, and return how many came back.

    A lease that is not there (any more) gives nothing back, so doing it twice is doing it once.
    """
    granted = await session.scalar(
        delete(QuotaLeaseRow)
        .where(
            QuotaLeaseRow.process == process,
            QuotaLeaseRow.partner_id == partner_id,
            QuotaLeaseRow.day == windows.day,
        )
        .returning(QuotaLeaseRow.granted)
    )
    unspent = max(0, (granted or 0) - spent)
    if unspent:
        for window in (windows.day, windows.month):
            await session.execute(
                update(QuotaWindowRow)
                .where(QuotaWindowRow.partner_id == partner_id, QuotaWindowRow.window == window)
                .values(leased=QuotaWindowRow.leased - unspent)
            )
    return unspent


async def raise_generation(session: AsyncSession, *, above: int) -> int:
    """Start a new generation, above the ledger's own and ``above``, and return it."""
    current = await session.scalar(
        select(QuotaGenerationRow.generation).where(QuotaGenerationRow.id == 1).with_for_update()
    )
    generation = max(current or 0, above) + 1
    await session.execute(update(QuotaGenerationRow).where(QuotaGenerationRow.id == 1).values(generation=generation))
    return generation


async def leased_tokens(session: AsyncSession, windows: list[str]) -> dict[tuple[str, str], int]:
    """Tokens spent or leased, by partner and window."""
    query = select(QuotaWindowRow).where(QuotaWindowRow.window.in_(windows))
    return {(row.partner_id, row.window): row.leased for row in await session.scalars(query)}


async def leases_of(session: AsyncSession, process: str) -> list[tuple[str, str]]:
    """Partner and day of every lease a process holds."""
    query = select(QuotaLeaseRow).where(QuotaLeaseRow.process == process)
    return [(row.partner_id, row.day) for row in await session.scalars(query)]


async def has_leases(session: AsyncSession) -> bool:
    """Whether any process has drawn on a quota and not settled since."""
    return await session.scalar(select(QuotaLeaseRow.process).limit(1)) is not None


async def forget_windows(session: AsyncSession, *, before_day: str) -> None:
    """Drop days, months and leases that ended before ``before_day``: none of their tokens can be spent."""
    await session.execute(delete(QuotaLeaseRow).where(QuotaLeaseRow.day < before_day))
    await session.execute(delete(QuotaWindowRow).where(QuotaWindowRow.window < before_day[:7]))


def _insert(session: AsyncSession):  # type: ignore[no-untyped-def]  # both dialects' insert, alike in all used here
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
