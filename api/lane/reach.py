"""Whether the store answers: noted once for all of the lane, and asked again gently while it does not."""

import asyncio
import time
from typing import Final

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

PROBE_EVERY_S: Final = 0.25
PROBE_WITHIN_S: Final = 0.5
_log = structlog.get_logger(__name__)


class StoreReach:
    """While ``is_lost``, quotas do without the store: nobody waits for one that hangs, and one task alone asks it."""

    def __init__(self, store: redis.Redis) -> None:
        self.store = store
        self._lost_at = 0.0
        self.is_lost = False

    def lose(self, failed: Exception) -> None:
        """Note that the store failed somebody."""
        if not self.is_lost:
            self._lost_at = time.monotonic()
            _log.warning("quota_store_lost", error=str(failed) or type(failed).__name__)
        self.is_lost = True

    async def probe(self) -> None:
        """Ask a lost store whether it is back; never raises."""
        if not self.is_lost:
            return
        try:
            async with asyncio.timeout(PROBE_WITHIN_S):
                # connections of before its loss would fail whoever is given them next
                await self.store.connection_pool.disconnect(inuse_connections=False)
                await self.store.ping()
        except (RedisError, OSError):
            return
        self.is_lost = False
        _log.info("quota_store_found", after_s=round(time.monotonic() - self._lost_at, 1))
