"""A lease on a feed: of several doors to it, one polls and the others stand by."""

import asyncio
import time
import uuid
from typing import TYPE_CHECKING, Final

import structlog
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = structlog.get_logger(__name__)

LEASE_S: Final = 9.0
RENEW_S: Final = 2.0
MARGIN_S: Final = 1.0
"""The holder stops this long before the store lets another door in."""

_RENEW: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
_RELEASE: Final = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class Lease:
    """Held as long as the store was asked in time.

    The holder counts from before it asked, so it stops before the store lets go, also when it hears nothing more.
    """

    def __init__(self, store: "Redis", key: str, *, lease_s: float = LEASE_S) -> None:
        self._store = store
        self._key = key
        self._lease_s = lease_s
        self._holder = uuid.uuid4().hex
        self._held_until = 0.0

    def is_held(self) -> bool:
        """Whether this door may write at this very moment."""
        return time.monotonic() < self._held_until

    async def renew(self) -> bool:
        """Take the lease or keep it; ``False`` where another door has it or the store does not answer."""
        asked = time.monotonic()
        was_held = asked < self._held_until
        try:
            held = await self._store.eval(_RENEW, 1, self._key, self._holder, str(int(self._lease_s * 1000)))
        except (RedisError, OSError) as wrong:
            _log.warning("lease_not_renewed", lease=self._key, error=str(wrong))
            return self.is_held()
        if held:
            self._held_until = asked + self._lease_s - MARGIN_S
        else:
            self._held_until = 0.0
        if was_held != bool(held):
            _log.info("lease_taken" if held else "lease_lost", lease=self._key)
        return self.is_held()

    async def wait(self) -> None:
        """Return as soon as this door holds the lease."""
        while not await self.renew():  # noqa: ASYNC110 - what is waited for happens in the store
            await asyncio.sleep(RENEW_S * self._lease_s / LEASE_S)

    async def keep(self) -> None:
        """Renew until the lease is lost."""
        while self.is_held():
            await asyncio.sleep(RENEW_S * self._lease_s / LEASE_S)
            await self.renew()

    async def release(self) -> None:
        """Let another door in at once."""
        self._held_until = 0.0
        try:
            await self._store.eval(_RELEASE, 1, self._key, self._holder)
        except (RedisError, OSError) as wrong:
            _log.warning("lease_not_released", lease=self._key, error=str(wrong))
