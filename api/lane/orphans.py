"""What a killed process left: its unspent tokens go back, its uncounted usage is reported."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from api.lane.blocks import lease_slot
from api.lane.count_file import CountFile, take_over_orphans
from api.lane.store_counters import NotSeededError, StoreCounters
from api.lane.windows import windows_of_day
from runtime.ledger.database import Ledger
from runtime.ledger.quotas import give_back, leases_of

_log = structlog.get_logger(__name__)


async def settle_orphans(
    folder: Path,
    own: str,
    *,
    ledger: Ledger,
    counters: StoreCounters,
    report_usage: Callable[[CountFile], Awaitable[bool]],
) -> int:
    """Settle every count file in ``folder`` whose process is gone, and return how many tokens came back.

    Doing it twice, or half and then again, gives back nothing twice: each lease leaves the ledger with its tokens. A
    file leaves once nothing in it is owed: ``report_usage`` says whether all its usage was reported.
    """
    came_back = 0
    for file in take_over_orphans(folder, own):
        settled = False
        try:
            unspent = await _give_back_all(file, ledger, counters)
            came_back += unspent
            settled = await report_usage(file)
            _log.info("process_settled", process=file.process, tokens=unspent, usage_reported=settled)
        finally:
            file.close(remove=settled)
    return came_back


async def _give_back_all(file: CountFile, ledger: Ledger, counters: StoreCounters) -> int:
    async with ledger.read() as session:
        leases = await leases_of(session, file.process)
    total = 0
    for partner_id, day in leases:
        windows, spent = windows_of_day(day), file.counts(lease_slot(partner_id, day))[0]
        async with ledger.write() as session:
            unspent = await give_back(session, file.process, partner_id, windows, spent=spent)
        if unspent:
            total += unspent
            try:
                await counters.give_back(partner_id, windows, unspent)
            except NotSeededError:
                # The counters are about to be seeded from the ledger, which has these tokens back.
                _log.info("store_not_seeded", process=file.process)
    return total
