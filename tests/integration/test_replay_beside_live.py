"""A recording replayed beside the live service on a real broker: the same bytes, and nothing of it in live answers."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from api.replays.replay_views import PREFIX
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.ports import find_free_port
from runtime.ledger.database import Ledger
from runtime.ledger.trial import ensure_trial_partner
from runtime.settings import Settings
from runtime.topics.connection import administer
from runtime.topics.reading import read_records
from schemas.line_forecasts import decode_passage
from schemas.topics import LINE_PASSAGES

pytestmark = [pytest.mark.recording, pytest.mark.timeout(600)]

POLLS = 60
TOKEN = "operator"
LINE_VEHICLES = "lines/dc%3AC53/vehicles"


class Town:
    """The live service's processes that a replay meets: its replay service and its API."""

    def __init__(self, settings: Settings, stages: Any) -> None:
        self.settings = settings.model_copy(
            update={
                "api_port": find_free_port(),
                "operations_port": find_free_port(),
                "operator_token": TOKEN,
                "replays_max": 1,
            }
        )
        self.stages = stages
        self.operations = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.settings.operations_port}", headers={"authorization": f"Bearer {TOKEN}"}
        )

    async def open(self) -> None:
        ledger = Ledger(self.settings.database)
        self.key = await ensure_trial_partner(ledger, self.settings.data_folder)
        await ledger.close()
        self.api = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.settings.api_port}", headers={"x-api-key": self.key}
        )
        for name in ("replays", "api"):
            self.stages.start(name, settings=self.settings)
        await self.until(lambda: self.answers("/health/ready"))

    async def answers(self, path: str) -> bool:
        try:
            return (await self.api.get(path)).status_code == 200
        except httpx.HTTPError:
            return False

    async def state(self, replay: str) -> dict[str, Any]:
        listed = (await self.operations.get("/operations/replays")).json()["replays"]
        return next((each for each in listed if each["id"] == replay), {})

    async def change(self, replay: str, action: str, **body: object) -> None:
        answer = await self.operations.post(f"/operations/replays/{replay}/{action}", json=body)
        assert answer.status_code == 202, answer.text

    async def until_stage(self, replay: str, stage: str) -> dict[str, Any]:
        found: dict[str, Any] = {}

        async def reached() -> bool:
            nonlocal found
            found = await self.state(replay)
            assert found.get("stage") != "failed", found
            return found.get("stage") == stage

        await self.until(reached)
        return found

    async def until(self, reached: Any, within_s: float = 120) -> None:
        until = time.monotonic() + within_s
        while not await reached():
            assert time.monotonic() < until
            await asyncio.sleep(0.2)

    async def close(self) -> None:
        await self.operations.aclose()
        await self.api.aclose()


async def passages_of(settings: Settings) -> set[bytes]:
    return {record.value async for record in read_records(settings, LINE_PASSAGES) if record.value}


@pytest.fixture
def broker(kafka: KafkaCluster) -> KafkaCluster:
    """Apache Kafka alone: the stages themselves are tried on both brokers elsewhere."""
    return kafka


async def test_a_replay_gives_the_live_runs_bytes_and_leaves_no_trace(
    settings: Settings, replay: Any, stages: Any, tmp_path: Path
) -> None:
    live = await replay.lay_out(settings, polls=POLLS)
    archive = tmp_path / "archive" / "dc"
    (feed,) = live.feeds
    live = live.model_copy(update={"feeds": (feed.model_copy(update={"archive": archive}),)})
    for name in ("tracker", "splitter", "serving"):
        stages.start(name, settings=live)
    assert await asyncio.to_thread(stages.start("door", settings=live).wait, 180) == 0
    await replay.wait_for_values(live)
    expected = await replay.read_public(live)

    town = Town(live, stages)
    await town.open()
    before = (await town.api.get(f"/v1/{LINE_VEHICLES}")).content
    started = await town.operations.post(
        "/operations/replays",
        json={"recording": str(archive), "timetable": "dc", "id": "one", "speed": 0},
    )
    assert started.status_code == 202, started.text
    await town.until_stage("one", "finished")
    beside = live.model_copy(update={"namespace": f"{live.namespace}-r-one-1", "line_partitions": 4})
    await replay.wait_for_values(beside)
    assert await replay.read_public(beside) == expected

    async def all_split() -> bool:
        return await passages_of(beside) == await passages_of(live)

    await town.until(all_split)
    assert {decode_passage(packed).kind for packed in await passages_of(beside)} == {"arrival", "departure"}

    refused = await town.operations.post("/operations/replays", json={"recording": "x.zip", "timetable": "dc"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/too-many-replays"
    for path in ("lines", LINE_VEHICLES, "feeds"):
        await town.until(lambda path=path: town.answers(f"{PREFIX}one/{path}"))
    assert (await town.api.get(f"{PREFIX}one/lines")).content == (await town.api.get("/v1/lines")).content
    assert (await town.api.get(f"/v1/{LINE_VEHICLES}")).content == before
    assert (await town.api.get(f"{PREFIX}two/lines")).json()["type"] == "/problems/no-such-replay"

    await town.change("one", "stop")
    await town.until(lambda: _is_gone(live, beside.namespace))

    async def is_unknown() -> bool:
        return bool((await town.api.get(f"{PREFIX}one/lines")).status_code == 404)

    await town.until(is_unknown)  # the API hears of it a moment after the topics are gone
    assert [path.name for path in live.timetables.glob("dc-*")], "the live service's timetable is its own"
    await town.close()


async def test_a_replay_is_paused_sought_and_hastened(settings: Settings, replay: Any, stages: Any) -> None:
    live = await replay.lay_out(settings, polls=POLLS)
    (feed,) = live.feeds
    town = Town(live.model_copy(update={"feeds": ()}), stages)
    await town.open()
    body = {"recording": feed.source, "timetable": "dc", "id": "one", "speed": 1, "loop": True, "shift_to_now": True}
    assert (await town.operations.post("/operations/replays", json=body)).status_code == 202
    state = await town.until_stage("one", "running")
    assert abs(state["position_s"] + state["shift_s"] - time.time()) < 120
    await town.change("one", "pause")
    await town.until_stage("one", "paused")
    await town.change("one", "seek", to_s=state["position_s"] + 300)
    await town.until(lambda: _in_round(town, 2))
    held = (await town.until_stage("one", "paused"))["position_s"]
    await asyncio.sleep(1.0)
    assert (await town.state("one"))["position_s"] == held
    await town.change("one", "speed", speed=0)
    await town.change("one", "resume")
    await town.until(lambda: _in_round(town, 3))
    assert (await town.operations.post("/operations/replays/one/dance")).status_code == 422
    await town.close()


async def _in_round(town: Town, number: int) -> bool:
    return bool((await town.state("one")).get("round", 0) >= number)


async def _is_gone(settings: Settings, namespace: str) -> bool:
    async with administer(settings) as admin:
        topics = [name for name in await admin.list_topics() if name.startswith(namespace)]
    async with Redis.from_url(settings.store) as store:
        keys = [key async for key in store.scan_iter(match=f"{namespace}:*")]
    return not topics and not keys
