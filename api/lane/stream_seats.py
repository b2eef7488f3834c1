"""How many streams a partner has open, over all API processes: each says in the store what it holds."""

import asyncio
import time
from typing import Final

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from schemas.store_keys import open_streams

BELIEVED_S: Final = 5.0
"""A process that has not said so again for this long is taken to be gone, and its streams with it."""

SAY_EVERY_S: Final = 1.5

_log = structlog.get_logger(__name__)


class StreamSeats:
    """One process's count by partner. While the store is away only this process's own streams count."""

    def __init__(self, store: redis.Redis, process: str, namespace: str) -> None:
        self._store = store
        self._process = process
        self._namespace = namespace
        self._open: dict[str, int] = {}
        self._saying = asyncio.Lock()
        """One question at a time: a thousand clients that come back at once must not open a thousand connections."""

    async def open(self, partner_id: str, limit: int) -> bool:
        """Take a stream's place; ``False`` where the partner has ``limit`` already."""
        held = self._open.get(partner_id, 0)
        if held >= limit:
            return False
        self._open[partner_id] = held + 1
        try:
            async with self._saying:
                elsewhere = await self._say(partner_id)
        except (RedisError, OSError):
            return True
        if elsewhere + self._open.get(partner_id, 0) <= limit:
            return True
        self.close(partner_id)
        return False

    def close(self, partner_id: str) -> None:
        """Give a stream's place back; the store hears of it with the next round."""
        left = self._open.get(partner_id, 0) - 1
        self._open[partner_id] = max(0, left)

    async def say_for_ever(self) -> None:
        """Tell the store every little while what this process holds, until cancelled."""
        failing = False
        while True:
            await asyncio.sleep(SAY_EVERY_S)
            try:
                await self.say_all()
                failing = False
            except (RedisError, OSError) as lost:
                if not failing:
                    _log.warning("streams_not_counted", error=str(lost) or type(lost).__name__)
                failing = True

    async def say_all(self) -> None:
        """Tell the store what this process holds; a partner without streams is told once and forgotten.

        Raises:
            redis.exceptions.RedisError: the store failed.
        """
        for partner_id in list(self._open):
            await self._say(partner_id)
            if not self._open[partner_id]:
                del self._open[partner_id]

    async def _say(self, partner_id: str) -> int:
        """Tell what is held here, and hear what others hold."""
        key, now = open_streams(partner_id, self._namespace), time.time()
        async with self._store.pipeline(transaction=True) as batch:
            batch.hset(key, self._process, f"{self._open[partner_id]}:{now:.3f}")
            batch.hgetall(key)
            batch.expire(key, int(BELIEVED_S * 4))
            _, told, _ = await batch.execute()
        return sum(_count(value, now) for process, value in told.items() if process.decode() != self._process)


def _count(value: bytes, now: float) -> int:
    count, _, at = value.partition(b":")
    return int(count) if now - float(at) < BELIEVED_S else 0
