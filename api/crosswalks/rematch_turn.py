"""Which API process matches crosswalks again: one of all replicas, for as long as it goes on."""

from secrets import token_hex

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from runtime.settings import Settings
from runtime.store_connection import StoreConnection
from schemas.store_keys import crosswalk_turn

HELD_MS = 90_000
"""Longer than one crosswalk takes; where the process that has the turn ends, another has it after so long."""

_TIMEOUT_S = 2.0
_log = structlog.get_logger(__name__)


class RematchTurn:
    """A turn kept in the store. Two may have it after the store was emptied: what both do is written once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = crosswalk_turn(settings.namespace)
        self._mine = token_hex(8).encode()

    async def take(self) -> bool:
        """Have the turn, or keep it; ``False``: another process has it, or the store does not answer."""
        store = redis.Redis.from_url(
            self._settings.store,
            connection_class=StoreConnection,
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
        )
        try:
            if await store.set(self._key, self._mine, nx=True, px=HELD_MS):
                return True
            if await store.get(self._key) != self._mine:
                return False
            await store.pexpire(self._key, HELD_MS)
        except (RedisError, OSError) as failed:
            _log.warning("crosswalk_turn_not_known", error=str(failed))
            return False
        finally:
            await store.aclose()
        return True
