"""The store's side of quotas: scripts that lease, give back, seed and share, and their answers by name."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final, NamedTuple

import redis.asyncio as redis

from api.lane.allowance import Allowance
from runtime.ledger.quotas import Windows
from schemas.store_keys import quota, quota_generation

DAY_LIVES_S: Final = 3 * 86_400
MONTH_LIVES_S: Final = 40 * 86_400
HOLDING_LIVES_MS: Final = 2000
"""A process that has not renewed its burst tokens for so long is taken to be gone, and they refill."""


class NotSeededError(Exception):
    """The store was flushed, or is new: its counters say nothing."""


class BlockAsk(NamedTuple):
    """A partner's wish for day and month tokens: ``want`` of them, at the least ``need``."""

    allowance: Allowance
    want: int
    need: int


class BlockAnswer(NamedTuple):
    """Tokens granted, and what is left of the day and the month for everybody."""

    granted: int
    day_left: int
    month_left: int


class BurstAsk(NamedTuple):
    """A partner's bucket as one process sees it: tokens held, given back, wanted, needed at the least."""

    allowance: Allowance
    held: int
    given: int
    want: int
    need: int


class BurstAnswer(NamedTuple):
    """Tokens granted, left in the bucket, how many processes hold some, and when what was needed will be there."""

    granted: int
    left: int
    holders: int
    wait_s: float


class StoreCounters:
    """The scripts, bound to a store and a namespace. Errors of the store's client pass through."""

    def __init__(self, store: redis.Redis, namespace: str) -> None:
        self._store = store
        self._namespace = namespace
        self._generation_key = quota_generation(namespace)
        self._lease, self._give_back, self._seed, self._burst = (
            store.register_script(files("api.lane").joinpath(f"{name}.lua").read_text())
            for name in ("lease", "give_back", "seed", "burst")
        )

    async def lease(self, asks: Sequence[BlockAsk], windows: Windows) -> tuple[int, list[BlockAnswer]]:
        """Lease blocks, and say under which generation.

        Raises:
            NotSeededError: the counters must be seeded first.
        """
        keys, values = [self._generation_key], [DAY_LIVES_S, MONTH_LIVES_S]
        for allowance, want, need in asks:
            keys += (
                self._counter(allowance.partner_id, windows.day),
                self._counter(allowance.partner_id, windows.month),
            )
            values += (want, need, allowance.plan.per_day, allowance.plan.per_month)
        answer = await self._lease(keys, values)
        if answer[0] < 0:
            raise NotSeededError
        return answer[0], [BlockAnswer(*answer[i : i + 3]) for i in range(1, len(answer), 3)]

    async def give_back(self, partner_id: str, windows: Windows, tokens: int) -> None:
        """Return tokens to a day and its month.

        Raises:
            NotSeededError: the counters are about to be seeded; ask again then.
        """
        counters = [self._counter(partner_id, window) for window in windows]
        if not await self._give_back([self._generation_key, *counters], [tokens]):
            raise NotSeededError

    async def generation(self) -> int:
        """The generation the counters were seeded with, 0 where they were not."""
        seeded: bytes | str | None = await self._store.get(self._generation_key)
        text = seeded.decode() if isinstance(seeded, bytes) else seeded
        return int(text.partition(":")[0]) if text else 0

    async def seed(self, generation: int, leased: Mapping[tuple[str, str], int], *, quiet_s: int) -> None:
        """Put the ledger's sums in place, unless a later seeding has. Nobody drew on a bucket for ``quiet_s``."""
        keys, values = [self._generation_key], [generation, quiet_s]
        for (partner_id, window), tokens in leased.items():
            keys.append(self._counter(partner_id, window))
            values += (tokens, DAY_LIVES_S if len(window) > len("2026-02") else MONTH_LIVES_S)
        await self._seed(keys, values)

    async def share_bursts(self, process: str, asks: Sequence[BurstAsk]) -> list[BurstAnswer]:
        """Give back and take tokens of many partners' buckets at once.

        Raises:
            NotSeededError: the counters must be seeded first.
        """
        keys = [self._generation_key]
        values: list[str | int | float] = [process, HOLDING_LIVES_MS]
        for allowance, held, given, want, need in asks:
            keys.append(self._counter(allowance.partner_id, "burst"))
            values += (held, given, want, need, allowance.plan.burst_per_s, allowance.plan.burst_size)
        answer = await self._burst(keys, values)
        if answer[0] < 0:
            raise NotSeededError
        rows = (answer[i : i + 4] for i in range(1, len(answer), 4))
        return [BurstAnswer(granted, left, holders, wait / 1000) for granted, left, holders, wait in rows]

    def _counter(self, partner_id: str, window: str) -> str:
        return quota(partner_id, window, self._namespace)
