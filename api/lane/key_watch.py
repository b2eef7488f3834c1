"""Hear of changed keys within a second: pushed through the store, and read from the ledger's record of changes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from api.fate import Fate
from api.lane.keyring import KeyRing
from runtime.errors import ServiceError
from runtime.ledger.announce import EVERYONE
from runtime.ledger.changes import last_change_id, partners_changed_since
from runtime.ledger.database import Ledger
from runtime.ledger.keys import note_last_use
from schemas.store_keys import CHANGED_KEYS_CHANNEL, channel

HEARTBEAT_S: Final = 0.3
RETRY_S: Final = 0.5
LAST_USE_EVERY_S: Final = 30.0
_log = structlog.get_logger(__name__)


class KeyWatch:
    """Keeps a key ring true: listens to the change channel, beats on it, and reads the record of changes."""

    def __init__(
        self, ring: KeyRing, ledger: Ledger, store: redis.Redis, namespace: str, *, fate: Fate | None = None
    ) -> None:
        self._fate = fate or Fate()
        self._ring = ring
        self._ledger = ledger
        self._store = store
        self._channel = channel(CHANGED_KEYS_CHANNEL, namespace)
        self._seen_change = 0
        self._heard_at = 0.0
        self._ledger_lost = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Load every key, then keep them true.

        Raises:
            ServiceError: the database does not answer.
        """
        async with self._ledger.read() as session:
            self._seen_change = await last_change_id(session)
        await self._ring.load_all()
        for work, pause_s in ((self._listen, RETRY_S), (self._beat, HEARTBEAT_S), (self._note_use, LAST_USE_EVERY_S)):
            task = asyncio.create_task(_for_ever(work, pause_s), name=f"key watch ({work.__name__.strip('_')})")
            self._fate.hang_on(task)
            self._tasks.append(task)

    async def stop(self) -> None:
        """Stop listening and keep when keys were last used."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._note_use()
        except ServiceError as failed:
            _log.warning("last_use_not_kept", error=str(failed))

    async def _listen(self) -> None:
        async with self._store.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(self._channel)
            # Changes announced while nobody listened are in the ledger.
            await self._ring.load_all()
            while True:
                message: dict[str, Any] | None = await heard.get_message(timeout=HEARTBEAT_S * 4)
                if message is None:
                    await heard.ping()
                    continue
                await self._hear(bytes(message["data"]))

    async def _hear(self, told: bytes) -> None:
        if told == EVERYONE:
            await self._ring.load_all()
        elif told:
            await self._ring.reload(told.decode("utf-8", "replace"))
        self._heard_at = time.monotonic()
        self._ring.note_heartbeat(self._heard_at)

    async def _beat(self) -> None:
        await self._read_changes()
        if time.monotonic() - self._heard_at >= HEARTBEAT_S * 0.8:
            await self._store.publish(self._channel, b"")

    async def _read_changes(self) -> None:
        asked_at = time.monotonic()
        try:
            async with self._ledger.read() as session:
                last = await last_change_id(session)
                changed = await partners_changed_since(session, self._seen_change) if last > self._seen_change else []
            if None in changed:
                await self._ring.load_all()
            else:
                for partner_id in changed:
                    await self._ring.reload(str(partner_id))
            self._seen_change = last
        except ServiceError as failed:
            # A ledger that nobody can write to changes nothing; one that others reach is announced by them.
            if not self._ledger_lost:
                _log.warning("ledger_unreachable", error=str(failed))
            self._ledger_lost = True
        else:
            self._ledger_lost = False
            # As good as a beat, and all there is while the store is away: whatever had changed by then was read.
            self._ring.note_heartbeat(asked_at)

    async def _note_use(self) -> None:
        used_at = int(time.time())
        used = dict.fromkeys(self._ring.used_keys(), used_at)
        if used:
            async with self._ledger.write() as session:
                await note_last_use(session, used)


async def _for_ever(work: Callable[[], Awaitable[None]], pause_s: float) -> None:
    failing = False
    while True:
        try:
            await work()
            failing = False
        except (RedisError, OSError, ServiceError) as failed:
            if not failing:
                _log.warning("key_watch_failed", error=str(failed) or type(failed).__name__)
            failing = True
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # the store's client may turn being cancelled into a failure of its own
            raise asyncio.CancelledError
        await asyncio.sleep(pause_s)
