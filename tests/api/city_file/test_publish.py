"""The process that makes the files, over a real store and a real ledger."""

import asyncio
import gzip
import time
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from redis.asyncio import Redis

from api.city_file.publish import publish_city_files
from api.city_file.store_files import StoreFiles
from runtime.embedded.valkey import Valkey
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.ledger.overrides import add_override
from runtime.settings import Settings
from runtime.timetables import save_timetable
from schemas import store_keys
from schemas.line_forecasts import encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.overrides import Override, OverrideKind
from schemas.timetable_versions import TimetableVersion, TimetableVersions, encode_timetable_versions

City = Any
pytestmark = pytest.mark.integration


@pytest.fixture
async def settings(city: City, valkey: Valkey, namespace: str, sqlite_url: str, tmp_path: Path) -> Settings:
    """A deployment whose store holds one line with one bus."""
    made = Settings(store=valkey.url, namespace=namespace, database=sqlite_url, data_folder=tmp_path)
    save_timetable(city.timetable, made.timetables)
    now = int(time.time())
    version = TimetableVersion(hash=city.timetable.hash, from_service_date=None, activated_at=1, source="test")
    versions = TimetableVersions(name="town", versions=(version,))
    run = city.run("t1-12", 1, 3, observed_at=now, valid_until=now + 600)
    told = msgspec.structs.replace(city.forecasts("1", [run]), computed_at=now)
    value = LineValue(Watermark(1, 0, 1), now, encode_public(told), b"")
    async with Redis.from_url(made.store) as store:
        await store.hset(store_keys.timetable_versions(namespace), "town", encode_timetable_versions(versions))
        await store.set(store_keys.line_forecasts("town:1", namespace), encode_line_value(value))
        await store.zadd(store_keys.line_index(namespace), {"town:1": now})
        await store.set(store_keys.view_generation(namespace), b"g")
    ledger = Ledger(made.database)
    await migrate(ledger)
    await ledger.close()
    return made


async def test_the_file_tells_what_an_operator_says(settings: Settings) -> None:
    files = StoreFiles(settings)
    publishing = asyncio.create_task(publish_city_files(settings))
    ledger = Ledger(settings.database)
    try:
        assert await _await_stops(files, ["town:B", "town:C", "town:D"])
        now = int(time.time())
        skipped = Override(
            id="o1",
            kind=OverrideKind.SKIP_STOP,
            line="town:1",
            stops=("town:C",),
            starts_at=now - 60,
            ends_at=now + 600,
            made_at_ms=now * 1000,
        )
        async with ledger.write() as session:
            await add_override(session, skipped, actor="test")
        assert await _await_stops(files, ["town:B", "town:D"])
    finally:
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
        await files.close()
        await ledger.close()


async def _await_stops(files: StoreFiles, wanted: list[str]) -> bool:
    """Whether the bus's calls in the file become those at these stops, for as long as a busy machine may take."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        files._looked_at.clear()
        file = await files.read("town")
        runs = [] if file is None else orjson.loads(gzip.decompress(file.body))["runs"]
        if runs and [call[0] for call in runs[0]["calls"]] == wanted:
            return True
        await asyncio.sleep(0.05)
    return False
