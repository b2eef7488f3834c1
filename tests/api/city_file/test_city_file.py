"""The whole city's file: what is in it, and its way through a real store."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import httpx
import orjson
import pytest
import pytest_asyncio
from google.protobuf.json_format import MessageToDict, ParseDict
from google.transit.gtfs_realtime_pb2 import FeedMessage
from redis.exceptions import RedisError

from api.city_file.build import CityFile, CityFileBuilder
from api.city_file.endpoints import TOO_OLD_S
from api.city_file.store_files import StoreFiles
from api.gtfs_realtime.datasets import DATASET_AGE_S, DATASETS, make_datasets
from api.gtfs_realtime.json_entities import JsonEntities
from api.gtfs_realtime.line_entities import FeedForm, LineEntities
from api.view.compiled_view import CompiledView
from api.view.shelf import UNUSED_S
from runtime.embedded.valkey import Valkey
from runtime.settings import Settings

City = Any


def read(builder: CityFileBuilder) -> Any:
    return orjson.loads(gzip.decompress(builder.build("town").body))


def test_every_tracked_run_has_its_calls_as_single_answers_tell_them(city: City) -> None:
    city.tell("1", city.run("t1-12", 1, 3, skipped=(2,)), city.run("t1-13", 0, 4))
    city.tell("2", city.run("t2-0", 1, 3))
    told = read(CityFileBuilder(city.view))
    assert [run["run_id"] for run in told["runs"]] == [
        "town:t1-12:20260216",
        "town:t1-13:20260216",
        "town:t2-0:20260216",
    ]
    first = told["runs"][0]
    assert [call[0] for call in first["calls"]] == ["town:B", "town:D"]
    assert first["calls"][0][2:4] == [city.now + 60, city.now + 70]
    assert len(first["calls"][0]) == len(told["columns"])


def test_a_vehicle_that_falls_silent_leaves_the_file_though_its_line_says_nothing(city: City) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    builder = CityFileBuilder(city.view)
    before = builder.build("town")
    city.now += 1
    assert builder.build("town").etag == before.etag
    city.now += 100
    assert read(builder)["runs"] == []


def test_lines_and_timetables_that_are_gone_are_kept_no_longer(city: City) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    city.tell("2", city.run("t2-0", 1, 3))
    builder = CityFileBuilder(city.view)
    builder.build("town")
    city.view.drop_line("town:2")
    assert [run["line_id"] for run in read(builder)["runs"]] == ["town:1"]
    assert list(builder._written) == ["town:1"]
    newer = CompiledView(replace(city.timetable, hash="newer"))
    city.view.drop_line("town:1")
    city.view.shelf.keep(newer)
    city.view.let_go_timetables(0.0)
    assert city.view.let_go_timetables(UNUSED_S) == [city.timetable.hash]
    assert read(builder)["runs"] == []
    assert not builder._writer._calls
    assert not builder._written


@pytest_asyncio.fixture
async def files(city: City, valkey: Valkey, namespace: str) -> AsyncIterator[StoreFiles]:
    """The way through the store, in place of the application's own."""
    found = StoreFiles(Settings(store=valkey.url, namespace=namespace))
    city.api.application.state.city_files = found
    yield found
    await found.close()


@pytest.mark.integration
async def test_a_file_goes_through_the_store_with_its_validator(
    city: City, files: StoreFiles, client: httpx.AsyncClient
) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    missing = await client.get("/v1/city/town/arrivals")
    assert missing.status_code == 503
    built = CityFileBuilder(city.view).build("town")
    await files.write("town", built)
    files._looked_at.clear()
    answered = await client.get("/v1/city/town/arrivals")
    assert answered.headers["content-encoding"] == "gzip"
    assert answered.json()["runs"][0]["run_id"] == "town:t1-12:20260216"
    plain = await client.get("/v1/city/town/arrivals", headers={"accept-encoding": "identity"})
    assert plain.json() == answered.json()
    again = await client.get("/v1/city/town/arrivals", headers={"if-none-match": answered.headers["etag"]})
    assert again.status_code == 304
    city.now += TOO_OLD_S + 1
    assert (await client.get("/v1/city/town/arrivals")).status_code == 503


async def test_a_timetable_that_is_not_in_use_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/city/nowhere/arrivals")).status_code == 422


def _decode(form: FeedForm, content: bytes) -> FeedMessage:
    feed = FeedMessage()
    if form.as_json:
        ParseDict(orjson.loads(content), feed)
    else:
        feed.ParseFromString(content)
    return feed


@pytest.mark.integration
@pytest.mark.parametrize("form", DATASETS, ids=lambda form: form.name)
async def test_a_whole_feed_is_given_as_made_beside_the_api_while_somebody_asks_for_it(
    city: City, files: StoreFiles, client: httpx.AsyncClient, form: FeedForm
) -> None:
    path = f"/v1/gtfs-realtime/{form.kind}.{'json' if form.as_json else 'pb'}?timetable=town"
    city.tell("1", city.run("t1-12", 1, 3))
    assert not await files.is_asked_for("town", form.name)
    rendered = await client.get(path)
    assert await files.is_asked_for("town", form.name)
    feeds = await make_datasets(LineEntities(), city.view, "town", [form])
    await files.write("town", feeds[form], form.name)
    city.view.rendered.drop_all()
    files._looked_at.clear()
    made = await client.get(path)
    assert made.headers["etag"] == feeds[form].etag.decode()
    assert made.headers["content-type"] == rendered.headers["content-type"]
    assert _decode(form, made.content) == _decode(form, rendered.content)
    assert _decode(form, made.content).header.timestamp == int(city.now)
    city.now += DATASET_AGE_S + 1
    city.view.rendered.drop_all()
    later = _decode(form, (await client.get(path)).content)
    assert later.header.timestamp == int(city.now), "the process that makes feeds has stopped: it is rendered here"


async def test_trip_updates_and_vehicle_positions_tell_one_moment_and_change_their_etags_together(city: City) -> None:
    async def make(entities: LineEntities) -> list[CityFile]:
        return list((await make_datasets(entities, city.view, "town", DATASETS)).values())

    kept = LineEntities(JsonEntities())
    city.tell("1", city.run("t1-12", 1, 3))
    first = await make(kept)
    updates, positions = [FeedMessage.FromString(gzip.decompress(feed.body)) for feed in first[:2]]
    assert updates.header == positions.header
    assert gzip.decompress(first[2].body) == orjson.dumps(MessageToDict(positions))
    assert [feed.etag for feed in await make(kept)] == [feed.etag for feed in first]
    city.tell("1", city.run("t1-12", 1, 3, latitude=40.006))
    later = await make(kept)
    assert len({feed.etag for feed in first}) == len(DATASETS)
    assert not {feed.etag for feed in later} & {feed.etag for feed in first}


async def test_who_asks_while_a_file_is_read_waits_for_that_reading_and_hears_of_its_failure() -> None:
    files, answers, asked = StoreFiles(Settings(store="redis://127.0.0.1:1/0")), asyncio.Queue[object](), []

    async def hmget(*_: object) -> object:
        asked.append(1)
        answer = await answers.get()
        if isinstance(answer, RedisError):
            raise answer
        return answer

    async def hget(*_: object) -> bytes:
        return b"body"

    await files._store.aclose()
    files._store = cast("Any", SimpleNamespace(hmget=hmget, hget=hget, aclose=files._store.aclose))
    answers.put_nowait((b"etag", b"7"))
    read = list(await asyncio.gather(files.read("town"), files.read("town")))
    assert read == [CityFile(b"body", b"etag", 7)] * 2
    assert len(asked) == 1
    files._looked_at.clear()
    for _ in range(2):
        answers.put_nowait(RedisError("away"))
        failed = await asyncio.gather(files.read("town"), files.read("town"), return_exceptions=True)
        assert [type(each) for each in failed] == [RedisError] * 2
    assert len(asked) == 3
    await files.close()
