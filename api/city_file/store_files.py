"""Files on their way from the process that makes them to those that give them: through the store."""

import time
from typing import Final

from api.city_file.build import CityFile
from runtime.settings import Settings
from runtime.store_connection import open_store
from schemas import store_keys

LOOK_EVERY_S: Final = 0.5
_TIMEOUT_S: Final = 2.0
_FIELDS: Final = ("etag", "built_at")


class StoreFiles:
    """Writes files to the store, and reads them: the bytes only where they are new."""

    def __init__(self, settings: Settings) -> None:
        self._namespace = settings.namespace
        self._store = open_store(settings.store, timeout_s=_TIMEOUT_S, client_name="headway-city-files")
        self._held: dict[str, CityFile] = {}
        self._looked_at: dict[str, float] = {}

    async def write(self, timetable: str, file: CityFile) -> None:
        """Put a file in place of the one before; it leaves the store when nobody renews it."""
        key = store_keys.city_file(timetable, self._namespace)
        async with self._store.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, mapping={"etag": file.etag, "built_at": file.built_at, "body": file.body})
            pipeline.expire(key, store_keys.CITY_FILE_EXPIRY_S)
            await pipeline.execute()

    async def read(self, timetable: str) -> CityFile | None:
        """The newest file, half a second late at most; ``None`` where there is none."""
        now = time.monotonic()
        if now - self._looked_at.get(timetable, -LOOK_EVERY_S) < LOOK_EVERY_S:
            return self._held.get(timetable)
        self._looked_at[timetable] = now
        key = store_keys.city_file(timetable, self._namespace)
        etag, built_at = await self._store.hmget(key, _FIELDS)
        if etag is None or built_at is None:
            self._held.pop(timetable, None)
            return None
        held = self._held.get(timetable)
        if held is None or held.etag != etag:
            body = await self._store.hget(key, "body")
            held = CityFile(_bytes(body), _bytes(etag), int(built_at))
        self._held[timetable] = held._replace(built_at=int(built_at))
        return self._held[timetable]

    async def close(self) -> None:
        """Let the connection go."""
        await self._store.aclose()


def _bytes(stored: bytes | str | None) -> bytes:
    """What the store gives back, which the library types as either."""
    return stored if isinstance(stored, bytes) else (stored or "").encode()
