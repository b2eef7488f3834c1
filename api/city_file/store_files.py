"""Files on their way from the process that makes them to those that give them: through the store."""

import asyncio
import time
from typing import Final

from api.city_file.build import CityFile
from runtime.settings import Settings
from runtime.store_connection import open_store
from schemas import store_keys

ARRIVALS: Final = "arrivals"
LOOK_EVERY_S: Final = 0.5
ASK_EVERY_S: Final = 15.0
ASKED_FOR_S: Final = 60
_TIMEOUT_S: Final = 2.0
_FIELDS: Final = ("etag", "built_at")


class StoreFiles:
    """Writes files to the store, and reads them: the bytes only where they are new."""

    def __init__(self, settings: Settings) -> None:
        self._namespace = settings.namespace
        self._store = open_store(settings.store, timeout_s=_TIMEOUT_S, client_name="headway-city-files")
        self._held: dict[str, CityFile] = {}
        self._looked_at: dict[str, float] = {}
        self._asked_at: dict[str, float] = {}
        self._reading: dict[str, asyncio.Task[CityFile | None]] = {}

    async def write(self, timetable: str, file: CityFile, what: str = ARRIVALS) -> None:
        """Put a file in place of the one before; it leaves the store when nobody renews it."""
        key = store_keys.city_file(timetable, self._namespace, what)
        async with self._store.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, mapping={"etag": file.etag, "built_at": file.built_at, "body": file.body})
            pipeline.expire(key, store_keys.CITY_FILE_EXPIRY_S)
            await pipeline.execute()

    async def ask_for(self, timetable: str, what: str) -> None:
        """Let a file be made that is made only while somebody asks for it."""
        key, now = store_keys.city_file_asked(timetable, what, self._namespace), time.monotonic()
        if now - self._asked_at.get(key, -ASK_EVERY_S) >= ASK_EVERY_S:
            self._asked_at[key] = now
            await self._store.set(key, b"1", ex=ASKED_FOR_S)

    async def is_asked_for(self, timetable: str, what: str) -> bool:
        """Whether anybody has asked for a file of late."""
        return bool(await self._store.exists(store_keys.city_file_asked(timetable, what, self._namespace)))

    async def read(self, timetable: str, what: str = ARRIVALS) -> CityFile | None:
        """The newest file, half a second late at most; ``None`` where there is none.

        Who asks while it is being read waits for that reading.

        Raises:
            redis.exceptions.RedisError: the store failed.
        """
        key = store_keys.city_file(timetable, self._namespace, what)
        if time.monotonic() - self._looked_at.get(key, -LOOK_EVERY_S) < LOOK_EVERY_S:
            return self._held.get(key)
        reading = self._reading.get(key)
        if reading is None:
            reading = self._reading[key] = asyncio.create_task(self._read(key), name="city file")
            reading.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(reading)

    def _forget(self, key: str, done: "asyncio.Task[CityFile | None]") -> None:
        del self._reading[key]
        if not done.cancelled():
            done.exception()  # whoever waited has it; where all have left, it is nobody's

    async def _read(self, key: str) -> CityFile | None:
        etag, built_at = await self._store.hmget(key, _FIELDS)
        if etag is None or built_at is None:
            self._held.pop(key, None)
            self._looked_at[key] = time.monotonic()
            return None
        held = self._held.get(key)
        if held is None or held.etag != etag:
            body = await self._store.hget(key, "body")
            held = CityFile(_bytes(body), _bytes(etag), int(built_at))
        self._held[key] = held._replace(built_at=int(built_at))
        self._looked_at[key] = time.monotonic()
        return self._held[key]

    async def close(self) -> None:
        """Let the connection go."""
        for reading in list(self._reading.values()):
            reading.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)
        await self._store.aclose()


def _bytes(stored: bytes | str | None) -> bytes:
    """What the store gives back, which the library types as either."""
    return stored if isinstance(stored, bytes) else (stored or "").encode()
