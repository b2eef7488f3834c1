import asyncio

import msgspec

from runtime.ledger.database import Ledger
from runtime.ledger.usage import forget_reports, record_usage
from schemas.usage import UsageReport
from tests.runtime.ledger.summed_usage import sum_usage

REPORT = UsageReport(
    id="a:p:600:arrivals", partner="p", minute_starts_at=600, kind="arrivals", requests=5, tokens=4, refused=2
)


async def _record(ledger: Ledger, *reports: UsageReport) -> int:
    async with ledger.write() as session:
        return await record_usage(session, reports)


async def _sum(ledger: Ledger) -> tuple[int, int, int]:
    async with ledger.read() as session:
        return await sum_usage(session, "p", from_s=600, until_s=660)


async def test_a_report_read_again_counts_once(ledger: Ledger) -> None:
    assert await _record(ledger, REPORT, REPORT) == 1
    assert await _record(ledger, REPORT) == 0
    assert await _sum(ledger) == (5, 4, 2)


async def test_reports_of_many_processes_add_up_when_written_at_once(ledger: Ledger) -> None:
    reports = [msgspec.structs.replace(REPORT, id=f"{number}") for number in range(8)]
    await asyncio.gather(*[_record(ledger, report, REPORT) for report in reports])
    assert await _sum(ledger) == (45, 36, 18)


async def test_sums_keep_to_their_minutes_and_old_report_ids_are_forgotten(ledger: Ledger) -> None:
    await _record(ledger, REPORT, msgspec.structs.replace(REPORT, id="later", minute_starts_at=660))
    assert await _sum(ledger) == (5, 4, 2)
    async with ledger.write() as session:
        await forget_reports(session, before_s=2**40)
    assert await _record(ledger, REPORT) == 1
