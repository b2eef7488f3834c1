"""What partners are charged against what a load generator counted itself, and quotas to the token, through kills.

``python -m tests.bench.bench_ledger``: four API processes with grants, masks and metering on, Apache Kafka and the
metering process beside them, 64 connections that ask without end. Three runs:

1. nothing is killed: the ledger's requests equal the answers that the generator received;
2. API processes, broker and metering are killed in turn: answers received <= ledger <= requests sent;
3. API processes are killed while one partner comes to the end of its day and another to the end of its month: neither
   gets a token too many, in no stretch of time do more pass than bucket and refill hold, and what is left unspent is
   less than a block.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from runtime.ledger.models import QuotaWindowRow
from runtime.ledger.plans import Plan
from tests.bench.load_average import say_load
from tests.bench.paced_client import written
from tests.bench.replicas import AMPLE, CHANCE, COUNT, Partner, Replicas, Tally, ask_without_end, replicas
from tests.faults.town import ARRIVALS
from tests.runtime.ledger.summed_usage import sum_usage

CONNECTIONS: Final = 64
CALM_S: Final = 12.0
KILLING_S: Final = 30.0
PER_DAY: Final = 12_000
BURST_PER_S: Final = 400
DAY: Final = Plan(name="day", burst_per_s=BURST_PER_S, burst_size=800, per_day=PER_DAY, per_month=10**7)
MONTH: Final = Plan(name="month", burst_per_s=BURST_PER_S, burst_size=800, per_day=5 * PER_DAY, per_month=10 * PER_DAY)
RUNS: Final = ("calm", "killed", "quotas")
SPENT_WITHIN_S: Final = 120.0
BURST_OVER_MAX: Final = 0.01

Asked = list[tuple[Partner, Tally]]


def main() -> dict[str, float]:
    """Measure, print, and return how far anything was off."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=RUNS, help="this run; may be repeated")
    chosen = parser.parse_args().only or list(RUNS)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder), chosen))


async def _measure(folder: Path, chosen: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    async with replicas(folder) as running:
        running.start("metering", "metering")
        if "calm" in chosen:
            found["calm_off"] = await _count(running, "calm", lambda _: asyncio.sleep(CALM_S))
        if "killed" in chosen:
            found["killed_off"] = await _count(running, "killed", _kill_everything)
        if "quotas" in chosen:
            found |= await _spend(running)
    print(say_load())  # noqa: T201 - a report
    return found


async def _load(running: Replicas, partners: list[Partner], work: Callable[[Asked], Awaitable[object]]) -> Asked:
    """``CONNECTIONS`` ask, evenly for each partner on each process, while ``work`` is done."""
    over = asyncio.Event()
    asked = [(partner, Tally()) for partner in partners]
    each = CONNECTIONS // COUNT // len(partners)
    tasks = [
        asyncio.create_task(ask_without_end(port, written(ARRIVALS, {"X-API-Key": partner.key}), tally, over))
        for partner, tally in asked
        for port in running.ports
        for _ in range(each)
    ]
    await work(asked)
    over.set()
    await asyncio.gather(*tasks)
    return asked


async def _count(running: Replicas, name: str, work: Callable[[Replicas], Awaitable[object]]) -> float:
    """Ask while ``work`` is done, let everything be metered, and say how far the ledger is outside what was seen."""
    partner = await running.add_partner(f"Counted {name}", AMPLE)
    ((_, tally),) = await _load(running, [partner], lambda _: work(running))
    requests = await _metered(running, partner, at_least=tally.answered)
    lost = tally.sent - sum(tally.statuses.values())
    print(  # noqa: T201
        f"{name:8} answers received {tally.answered:7,}   ledger {requests:7,}   requests sent {tally.sent:7,}"
        f"   (without an answer {lost})   by status {tally.statuses}",
        flush=True,
    )
    return float(max(0, tally.answered - requests, requests - tally.sent))


async def _metered(running: Replicas, partner: Partner, *, at_least: int) -> int:
    """The ledger's requests once every API process has ended and reported, and metering has nothing more to add."""
    running.end(*(f"api-{place}" for place in range(COUNT)))
    for place in range(COUNT):
        running.start_api(place)
    await running.wait_served()
    seen, since = -1, time.monotonic()
    begun = since
    while time.monotonic() - since < 4 or (seen < at_least and time.monotonic() - begun < 60):
        async with running.ledger.read() as session:
            requests, _, _ = await sum_usage(session, partner.id, from_s=0, until_s=2**40)
        if requests != seen:
            seen, since = requests, time.monotonic()
        await asyncio.sleep(0.5)
    return seen


async def _kill_everything(running: Replicas) -> None:
    """An API process every three seconds, the broker and metering in between."""
    until = time.monotonic() + KILLING_S
    turn = 0
    while time.monotonic() < until:
        await asyncio.sleep(CHANCE.uniform(1.0, 2.0))
        await _kill_api(running)
        turn += 1
        if turn % 3 == 1:
            running.kill("metering")
            await asyncio.sleep(0.5)
            running.start("metering", "metering")
        elif turn % 3 == 2:
            broker = running.kafka.brokers[0]
            broker.kill()
            await asyncio.sleep(1.0)
            broker.launch()
            await asyncio.to_thread(broker.wait_ready)


async def _kill_api(running: Replicas) -> None:
    place = CHANCE.randrange(COUNT)
    running.kill(f"api-{place}")
    await asyncio.sleep(0.2)
    running.start_api(place)


async def _use_before(running: Replicas, account: str) -> None:
    """Leave an account ``PER_DAY`` tokens of this month, as if the others had been used on earlier days."""
    async with running.ledger.write() as session:
        month = time.strftime("%Y-%m", time.gmtime())
        session.add(QuotaWindowRow(partner_id=account, window=month, leased=MONTH.per_month - PER_DAY))


async def _spend(running: Replicas) -> dict[str, float]:
    """Tokens too many, the largest share by which a stretch of time passed its bound, and tokens left unspent."""
    partners = [await running.add_partner("Day", DAY), await running.add_partner("Month", MONTH, own=True)]
    await _use_before(running, partners[1].grant_id)
    kills = 0

    async def kill_until_spent(asked: Asked) -> None:
        nonlocal kills
        until = time.monotonic() + SPENT_WITHIN_S
        while time.monotonic() < until and any(tally.answered < 0.9 * PER_DAY for _, tally in asked):
            await asyncio.sleep(CHANCE.uniform(2.0, 4.0))
            await _kill_api(running)
            kills += 1
        settled, before = time.monotonic(), -1
        while time.monotonic() - settled < 6 and time.monotonic() < until:
            now = sum(tally.answered for _, tally in asked)
            if now != before:
                before, settled = now, time.monotonic()
            await asyncio.sleep(0.25)

    asked = await _load(running, partners, kill_until_spent)
    over = under = burst = 0.0
    for partner, tally in asked:
        past = _burst_over(tally.answered_at)
        lost = tally.sent - sum(tally.statuses.values())
        print(  # noqa: T201
            f"{partner.name:8} quota {PER_DAY:,}   answers {tally.answered:,}   left {PER_DAY - tally.answered} "
            f"(requests cut off by {kills} kills: {lost})   most past bucket and refill {past:+.2%}",
            flush=True,
        )
        over, burst = max(over, tally.answered - PER_DAY), max(burst, past)
        under = max(under, PER_DAY - tally.answered)
    return {"quota_over": over, "burst_over_ratio": burst, "quota_under": under}


def _burst_over(answered_at: list[float]) -> float:
    """The largest share by which answers in a stretch of time were more than bucket and refill; below 0: less."""
    times, worst = sorted(answered_at), -1.0
    for stretch_s in (0.5, 1.0, 2.0, 4.0, 8.0):
        bound = DAY.burst_size + DAY.burst_per_s * stretch_s
        first = most = 0
        for last, at in enumerate(times):
            while at - times[first] > stretch_s:
                first += 1
            most = max(most, last - first + 1)
        worst = max(worst, most / bound - 1)
    return worst


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
