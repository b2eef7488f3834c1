"""What partners used, minute by minute: counted once however often it is reported."""

import time
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.ledger.audit import REFUSALS, USE, Entry, note
from runtime.ledger.models import UsageReportRow, UsageRow
from schemas.usage import NOBODY, REFUSED, UsageReport


async def record_usage(session: AsyncSession, reports: Iterable[UsageReport]) -> int:
    """Add reports to the ledger and its audit, and return how many were new. One seen before counts nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    now, counted = int(time.time()), 0
    used: dict[tuple[str, int, str, str], Counter[str]] = {}
    # In one order everywhere, so that two writers cannot wait for each other.
    for report in sorted(reports, key=lambda report: (report.partner, report.minute_starts_at, report.kind, report.id)):
        seen = insert(UsageReportRow).values(id=report.id, counted_at=now).on_conflict_do_nothing()
        if (await session.scalar(seen.returning(UsageReportRow.id))) is None:
            continue
        added = insert(UsageRow).values(
            partner_id=report.partner,
            minute_starts_at=report.minute_starts_at,
            kind=report.kind,
            grant_id=report.grant,
            requests=report.requests,
            tokens=report.tokens,
            refused=report.refused,
        )
        await session.execute(
            added.on_conflict_do_update(
                index_elements=["partner_id", "minute_starts_at", "kind", "grant_id"],
                set_={
                    name: getattr(UsageRow, name) + added.excluded[name] for name in ("requests", "tokens", "refused")
                },
            )
        )
        counted += 1
        about = (report.partner, report.minute_starts_at, report.kind, report.grant)
        used.setdefault(about, Counter()).update(requests=report.requests, tokens=report.tokens, refused=report.refused)
    for about, counts in used.items():
        _note_use(session, about, counts)
    return counted


def _note_use(session: AsyncSession, about: tuple[str, int, str, str], counts: Counter[str]) -> None:
    partner, minute_starts_at, kind, grant = about
    detail = {"minute_starts_at": minute_starts_at, "kind": kind.lstrip(REFUSED), "grant": grant or None, **counts}
    action = REFUSALS if kind.startswith(REFUSED) else USE
    note(session, Entry("metering", action, None if partner == NOBODY else partner, detail))


async def forget_reports(session: AsyncSession, *, before_s: int) -> None:
    """Drop the ids of reports counted before ``before_s``: older than the topic keeps, none can come again."""
    await session.execute(delete(UsageReportRow).where(UsageReportRow.counted_at < before_s))
