"""Several processes spend one quota while they are killed and the store is flushed: no day over, no burst over 1 %."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from runtime.embedded.valkey import Valkey
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate

pytestmark = pytest.mark.faults

PROCESSES = 4
CHANCE = random.SystemRandom()
PAUSES_S = (0.001, 0.004, 0.02, 0.1)
"""Uneven load: one process is asked a hundred times as often as another."""


class Spenders:
    """Processes that spend one partner's quota."""

    def __init__(self, store: str, database: str, folder: Path, *, burst_per_s: int, per_day: int) -> None:
        self._arguments = [store, database, str(folder / "counts")]
        self._since_noon_s = str(time.time() % 86_400 - 43_200)
        self._plan = [str(burst_per_s), str(per_day)]
        self._folder = folder
        self._started = 0
        self.running = [self._start(place) for place in range(PROCESSES)]

    def _start(self, place: int) -> "subprocess.Popen[bytes]":
        out = self._folder / f"spent-{self._started}"
        self._started += 1
        command = [sys.executable, "-m", "tests.faults.quota_spender", *self._arguments, str(out)]
        return subprocess.Popen(
            [*command, str(PAUSES_S[place]), self._since_noon_s, *self._plan], stdout=subprocess.DEVNULL
        )

    def kill_one(self, *, successor: bool) -> None:
        """Kill one as the kernel would; a successor takes its place."""
        place = CHANCE.randrange(len(self.running))
        self.running[place].kill()
        self.running[place].wait()
        if successor:
            self.running[place] = self._start(place)
        else:
            del self.running[place]

    def spent_at(self) -> list[float]:
        """When each token was spent, by all, in order."""
        return sorted(float(at) for path in self._folder.glob("spent-*") for at in path.read_text().split())

    def end(self) -> None:
        for each in self.running:
            each.kill()
            each.wait()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Valkey]:
    """A store of this test's own, since it is flushed."""
    with Valkey(tmp_path / "store") as server:
        yield server


async def _migrate(database: str) -> None:
    ledger = Ledger(database)
    await migrate(ledger)
    await ledger.close()


def _wait_until_spent(spenders: Spenders, count: int, *, within_s: float) -> None:
    until = time.monotonic() + within_s
    while len(spenders.spent_at()) < count and time.monotonic() < until:
        time.sleep(0.1)


def test_a_day_is_spent_to_its_last_token_and_never_over_through_kills_and_flushes(
    store: Valkey, database: str, tmp_path: Path
) -> None:
    asyncio.run(_migrate(database))
    per_day = 6000
    spenders = Spenders(store.url, database, tmp_path, burst_per_s=1000, per_day=per_day)
    flusher = redis.Redis.from_url(store.url)
    try:
        for step in range(5):
            time.sleep(CHANCE.uniform(0.5, 1.0))
            spenders.kill_one(successor=True)
            if step in (1, 3):
                flusher.flushall()
        _wait_until_spent(spenders, per_day, within_s=120)
        time.sleep(1.0)
    finally:
        spenders.end()
        flusher.close()
    # A process killed between counting a token and answering costs that one token, never more.
    assert per_day - 5 * 16 <= len(spenders.spent_at()) <= per_day


def test_no_interval_sees_one_percent_more_than_the_burst(store: Valkey, sqlite_url: str, tmp_path: Path) -> None:
    asyncio.run(_migrate(sqlite_url))
    rate = 300
    spenders = Spenders(store.url, sqlite_url, tmp_path, burst_per_s=rate, per_day=10**9)
    try:
        for more in range(6):
            # a busy machine starts processes slowly: none is killed before it could spend
            _wait_until_spent(spenders, 1 + more * rate // 3, within_s=60)
            time.sleep(1.0)
            spenders.kill_one(successor=True)
        _wait_until_spent(spenders, 2 * rate + 1, within_s=60)
    finally:
        spenders.end()
    spent = spenders.spent_at()
    assert len(spent) > 2 * rate
    for interval_s in (0.5, 1.0, 2.0, 4.0):
        first, most = 0, 0
        for last, at in enumerate(spent):
            while at - spent[first] > interval_s:
                first += 1
            most = max(most, last - first + 1)
        assert most <= (2 * rate + rate * interval_s) * 1.01


def test_tokens_of_a_killed_process_are_spent_by_the_others(store: Valkey, sqlite_url: str, tmp_path: Path) -> None:
    asyncio.run(_migrate(sqlite_url))
    per_day = 3000
    spenders = Spenders(store.url, sqlite_url, tmp_path, burst_per_s=2000, per_day=per_day)
    try:
        _wait_until_spent(spenders, per_day // 2, within_s=60)
        spenders.kill_one(successor=False)
        spenders.kill_one(successor=False)
        _wait_until_spent(spenders, per_day - 2 * 16, within_s=60)
    finally:
        spenders.end()
    spent = spenders.spent_at()
    assert per_day - 2 * 16 <= len(spent) <= per_day
