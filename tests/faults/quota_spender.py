"""One API process's quota at work: spends a partner's tokens as fast as it gets them and writes down each one's time.

Run as ``python -m tests.faults.quota_spender STORE DATABASE FOLDER OUT PAUSE_S SINCE_NOON_S BURST_PER_S PER_DAY``.
It is noon (UTC) to it where the machine's clock is ``SINCE_NOON_S`` past noon: no day ends while it is being spent.
"""

import asyncio
import secrets
import sys
import time
from pathlib import Path
from unittest.mock import patch

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from api.lane.count_file import CountFile, create_count_file
from api.lane.quotas import Quotas
from runtime.ledger.database import Ledger
from runtime.ledger.plans import Plan

ASKERS = 16
MACHINES_CLOCK = time.time


async def _nothing_to_report(_file: CountFile) -> bool:
    return True


async def main(store_url: str, database: str, folder: Path, out: Path, pause_s: float, plan: Plan) -> None:
    """Spend until killed."""
    file = create_count_file(folder, secrets.token_hex(6))
    store = redis.Redis.from_url(store_url, socket_timeout=1.0, retry=Retry(NoBackoff(), 0))
    quotas = Quotas(store=store, ledger=Ledger(database), file=file, namespace="")
    allowance = quotas.allowance("partner", plan)
    await quotas.start(folder, _nothing_to_report)
    with out.open("ab", buffering=0) as spent:

        async def ask() -> None:
            while True:
                if allowance.take(1, time.monotonic()) or await quotas.obtain(allowance, 1):
                    spent.write(b"%.6f\n" % MACHINES_CLOCK())
                await asyncio.sleep(pause_s)

        await asyncio.gather(*[ask() for _ in range(ASKERS)])


if __name__ == "__main__":
    store_url, database, folder, out, pause_s, since_noon_s, burst_per_s, per_day = sys.argv[1:]
    spends = Plan(
        name="spent",
        burst_per_s=float(burst_per_s),
        burst_size=int(2 * float(burst_per_s)),
        per_day=int(per_day),
        per_month=31 * int(per_day),
    )
    with patch("time.time", lambda: MACHINES_CLOCK() - float(since_noon_s)):
        asyncio.run(main(store_url, database, Path(folder), Path(out), float(pause_s), spends))
