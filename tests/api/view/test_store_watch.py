import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from api.rendered import RenderedCache
from api.view.freshness import ViewState
from api.view.memory import View
from api.view.store_watch import GENERATION_EVERY_S, VERSIONS_EVERY_S, StoreWatch
from runtime.embedded.valkey import Valkey
from runtime.settings import Settings
from schemas import store_keys
from schemas.feed_status import encode_feed_status
from schemas.line_forecasts import LineForecasts, encode_public
from schemas.line_value import ChangedLines, LineValue, Watermark, encode_changed_lines, encode_line_value
from schemas.timetable_versions import TimetableVersion, TimetableVersions, encode_timetable_versions
from transit.timetable.compiled import Timetable

pytestmark = pytest.mark.integration

City = Any
PATIENCE_S = 60.0


class Store:
    """Writes to the store what serving would."""

    def __init__(self, redis: "Redis", namespace: str) -> None:
        self.redis = redis
        self.namespace = namespace

    async def write(self, forecasts: LineForecasts, offset: int, *, announce: bool = True, epoch: int = 1) -> None:
        mark = Watermark(epoch, 0, offset)
        value = encode_line_value(LineValue(mark, forecasts.computed_at, encode_public(forecasts), b""))
        line = forecasts.line_group
        await self.redis.set(store_keys.line_forecasts(line, self.namespace), value)
        await self.redis.zadd(store_keys.line_index(self.namespace), {line: 1000 + offset})
        if announce:
            packed = encode_changed_lines(ChangedLines(((line, offset),)))
            await self.redis.publish(store_keys.channel(store_keys.CHANGED_LINES_CHANNEL, self.namespace), packed)

    async def say_whole(self, generation: bytes = b"g1") -> None:
        await self.redis.set(store_keys.view_generation(self.namespace), generation)


@pytest.fixture
async def store(valkey: Valkey, namespace: str) -> AsyncIterator[Store]:
    redis = Redis.from_url(valkey.url)
    yield Store(redis, namespace)
    await redis.aclose()


@pytest.fixture
def view(timetable: Timetable) -> View:
    def load(timetable_hash: str) -> Timetable:
        if timetable_hash != timetable.hash:
            raise FileNotFoundError(timetable_hash)
        return timetable

    return View(load, RenderedCache())


Watching = Callable[[], Any]


@pytest.fixture
def watching(view: View, valkey: Valkey, namespace: str, tmp_path: Path) -> Watching:
    @asynccontextmanager
    async def watch(url: str = valkey.url) -> AsyncIterator[None]:
        settings = Settings(store=url, namespace=namespace, data_folder=tmp_path)
        task = asyncio.create_task(StoreWatch(view, settings).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return watch


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, for as long as a busy machine may take."""
    started = asyncio.get_running_loop().time()
    while not holds():
        assert asyncio.get_running_loop().time() - started < PATIENCE_S, "it never came to hold"
        await asyncio.sleep(0.005)


async def test_everything_in_the_store_is_read_at_the_start(
    view: View, store: Store, watching: Watching, city: City
) -> None:
    await store.write(city.forecasts("1", [city.run("t1-12", 1, 3)]), 5)
    await store.write(city.forecasts("2", [city.run("t2-0", 1, 4)]), 6)
    await store.redis.hset(store_keys.feed_status(store.namespace), "town", encode_feed_status(city.feed()))
    version = TimetableVersion(hash=city.timetable.hash, from_service_date=None, activated_at=1, source="test")
    versions = encode_timetable_versions(TimetableVersions(name="town", versions=(version,)))
    await store.redis.hset(store_keys.timetable_versions(store.namespace), "town", versions)
    await store.say_whole()
    async with watching():
        await until(lambda: view.freshness.state is ViewState.WHOLE)
        assert sorted(view.lines) == ["town:1", "town:2"]
        assert view.vehicles == {"town:v-t1-12": "town:1", "town:v-t2-0": "town:2"}
        assert view.feeds["town"].accepted == 3200
        assert view.shelf.names() == ["town"]


async def test_an_announced_line_is_read_without_waiting_for_the_next_look_at_all_of_them(
    view: View, store: Store, watching: Watching, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.view.store_watch.VERSIONS_EVERY_S", 3600.0)
    await store.say_whole()
    async with watching():
        await until(lambda: view.freshness.state is ViewState.WHOLE)
        await store.write(city.forecasts("1", []), 1)
        await until(lambda: view.lines)
        await store.write(city.forecasts("1", [city.run("t1-12", 1, 3)]), 2)
        await until(lambda: view.lines["town:1"].watermark.offset == 2)
        await until(lambda: view.freshness.announced == 2)


async def test_a_lost_announcement_costs_the_time_to_the_next_look(
    view: View, store: Store, watching: Watching, city: City
) -> None:
    assert VERSIONS_EVERY_S <= 1.0
    await store.say_whole()
    async with watching():
        await until(lambda: view.freshness.state is ViewState.WHOLE)
        await store.write(city.forecasts("1", []), 1, announce=False)
        await until(lambda: view.lines)


async def test_an_older_value_never_takes_the_place_of_a_later_one(
    view: View, store: Store, watching: Watching, city: City
) -> None:
    await store.say_whole()
    await store.write(city.forecasts("1", [city.run("t1-12", 1, 3)]), 9)
    async with watching():
        await until(lambda: view.lines)
        await store.write(city.forecasts("1", []), 8)
        await store.write(city.forecasts("2", []), 1)
        await until(lambda: "town:2" in view.lines)
        assert view.lines["town:1"].watermark.offset == 9
        await store.write(city.forecasts("1", []), 3, epoch=2)
        await until(lambda: view.lines["town:1"].watermark == Watermark(2, 0, 3))


async def test_a_flushed_store_is_noticed_and_what_was_known_is_kept(
    view: View, store: Store, watching: Watching, city: City
) -> None:
    assert GENERATION_EVERY_S <= 0.5
    await store.say_whole()
    await store.write(city.forecasts("1", [city.run("t1-12", 1, 3)]), 9)
    async with watching():
        await until(lambda: view.freshness.state is ViewState.WHOLE and view.lines)
        for key in await store.redis.keys(f"{store.namespace}:*"):
            await store.redis.delete(key)
        await until(lambda: view.freshness.state is ViewState.STORE_INCOMPLETE)
        assert list(view.lines) == ["town:1"]
        await store.write(city.forecasts("1", []), 10, announce=False)
        await store.say_whole(b"g2")
        await until(lambda: view.freshness.state is ViewState.WHOLE)
        assert view.lines["town:1"].watermark.offset == 10


async def test_a_store_that_dies_is_noticed_and_taken_up_again(
    view: View, tmp_path: Path, namespace: str, watching: Watching, city: City
) -> None:
    with Valkey(tmp_path / "own") as server:
        own = Store(Redis.from_url(server.url), namespace)
        await own.say_whole()
        await own.write(city.forecasts("1", []), 4)
        async with watching(server.url):  # type: ignore[call-arg]
            await until(lambda: view.freshness.state is ViewState.WHOLE)
            await _stop(server)
            await until(lambda: view.freshness.state is ViewState.STORE_LOST)
            assert list(view.lines) == ["town:1"]
            await own.redis.aclose()


async def _stop(server: Valkey) -> None:
    await asyncio.to_thread(server.stop)


async def test_a_value_nobody_can_read_harms_no_other(view: View, store: Store, watching: Watching, city: City) -> None:
    await store.say_whole()
    await store.redis.set(store_keys.line_forecasts("town:bad", store.namespace), b"rubbish")
    await store.redis.zadd(store_keys.line_index(store.namespace), {"town:bad": 1})
    await store.redis.hset(store_keys.feed_status(store.namespace), "bad", b"{")
    await store.write(city.forecasts("1", []), 4)
    async with watching():
        await until(lambda: "town:1" in view.lines)
        assert view.freshness.undecodable >= 2
        assert "town:bad" not in view.lines


async def test_a_line_whose_timetable_is_not_there_yet_is_taken_in_once_it_is(
    store: Store, city: City, namespace: str, valkey: Valkey, tmp_path: Path
) -> None:
    there: list[Timetable] = []

    def load(timetable_hash: str) -> Timetable:
        if not there:
            raise FileNotFoundError(timetable_hash)
        return there[0]

    view = View(load, RenderedCache())
    settings = Settings(store=valkey.url, namespace=namespace, data_folder=tmp_path)
    await store.say_whole()
    await store.write(city.forecasts("1", []), 4)
    task = asyncio.create_task(StoreWatch(view, settings).run())
    await until(lambda: view.freshness.state is ViewState.WHOLE)
    assert not view.lines
    there.append(city.timetable)
    await until(lambda: view.lines)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
