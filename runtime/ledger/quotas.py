"""Leased quota in SQL: a token is noted here before a process may spend it, so no loss elsewhere over-runs a quota.

A lease counts only under the generation that the store's counters were seeded with: raising the generation and reading
the sums is one transaction, so no lease can fall between the sums and the seeding.
"""

from typing import Final, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.models import QuotaGenerationRow, QuotaLeaseRow, QuotaWindowRow

BLOCK_SHARE: Final = 8
"""A block is at most this part of what is left, so that the last token can be spent anywhere."""


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


class Wish(NamedTuple):
    """Tokens a process would like of a partner's day and month: ``want`` of them, at the least ``need``."""

    partner_id: str
    want: int
    need: int
    per_day: int
    per_month: int


class Lease(NamedTuple):
    """Tokens leased, what is left for everybody, and how many processes have leased of the partner's day."""

    granted: int
    day_left: int
    month_left: int
    holders: int


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
        await _note(session, grant)


async def lease_alone(session: AsyncSession, process: str, windows: Windows, wishes: list[Wish]) -> list[Lease]:
    """Lease without a store, in one transaction: by the store's rule, a block is at most an eighth of what is left.

    The store's counters know nothing of it and must be seeded anew before they are asked again.

    Raises:
        OverQuotaError: a partner's first lease of a day met another's; nothing was leased, ask again.
    """
    partners = [wish.partner_id for wish in wishes]
    rows = select(QuotaWindowRow).where(QuotaWindowRow.partner_id.in_(partners), QuotaWindowRow.window.in_(windows))
    # Locked in one order everywhere, so that two processes cannot wait for each other.
    rows = rows.order_by(QuotaWindowRow.partner_id, QuotaWindowRow.window).with_for_update()
    leased = {(row.partner_id, row.window): row.leased for row in await session.scalars(rows)}
    granted: dict[str, int] = {}
    for wish in sorted(wishes):
        left = min(_left_of(wish, windows, leased))
        tokens = min(wish.want, max(wish.need, left // BLOCK_SHARE))
        granted[wish.partner_id] = tokens if tokens <= left else 0
        if granted[wish.partner_id]:
            grant = Grant(process, wish.partner_id, windows, tokens, wish.per_day, wish.per_month)
            await _note(session, grant)
    holders = await _count_holders(session, partners, windows.day)
    found = []
    for wish in wishes:
        day_left, month_left = (left - granted[wish.partner_id] for left in _left_of(wish, windows, leased))
        found.append(Lease(granted[wish.partner_id], day_left, month_left, holders.get(wish.partner_id, 1)))
    return found


def _left_of(wish: Wish, windows: Windows, leased: dict[tuple[str, str], int]) -> tuple[int, int]:
    return (
        wish.per_day - leased.get((wish.partner_id, windows.day), 0),
        wish.per_month - leased.get((wish.partner_id, windows.month), 0),
    )


async def _count_holders(session: AsyncSession, partners: list[str], day: str) -> dict[str, int]:
    query = select(QuotaLeaseRow.partner_id, func.count()).where(
        QuotaLeaseRow.partner_id.in_(partners), QuotaLeaseRow.day == day
    )
    rows = await session.execute(query.group_by(QuotaLeaseRow.partner_id))
    return {row[0]: row[1] for row in rows}


async def _note(session: AsyncSession, grant: Grant) -> None:
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
