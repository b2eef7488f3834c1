"""A recording through door, tracker, splitter and serving as processes of their own, on both brokers."""

import asyncio
import time
from typing import Any

import pytest
from redis.asyncio import Redis

from runtime.settings import Settings
from runtime.topics.reading import read_records
from schemas import store_keys
from schemas.line_forecasts import decode_passage, decode_public
from schemas.line_value import decode_line_value
from schemas.topics import FEED_STATUS, LINE_PASSAGES

pytestmark = [pytest.mark.recording, pytest.mark.timeout(600)]

POLLS = 100


async def test_a_recording_reaches_the_store(settings: Settings, replay: Any, stages: Any) -> None:
    chosen = await replay.lay_out(settings, polls=POLLS)
    tracker, splitter, serving = (stages.start(name, settings=chosen) for name in ("tracker", "splitter", "serving"))
    door = stages.start("door", settings=chosen)
    assert await asyncio.to_thread(door.wait, 180) == 0
    await replay.wait_for_values(chosen)
    public = await replay.read_public(chosen)
    assert set(public) == {b"dc:C53", b"dc:D96", b"dc:D40"}
    assert all(len(parts) == POLLS for parts in public.values())
    expected = {passage.id for parts in public.values() for part in parts for passage in decode_public(part).passages}
    assert len(expected) > 100
    until = time.monotonic() + 90
    written: set[str] = set()
    while written != expected and time.monotonic() < until:
        written = {
            decode_passage(record.value).id async for record in read_records(chosen, LINE_PASSAGES) if record.value
        }
        await asyncio.sleep(0.3)
    assert written == expected
    async with Redis.from_url(chosen.store) as store:
        assert await store.exists(store_keys.view_generation(chosen.namespace))
        for key, parts in public.items():
            held = await store.get(store_keys.line_forecasts(key.decode(), chosen.namespace))
            assert isinstance(held, bytes)
            value = decode_line_value(held)
            assert value.public == parts[-1]
            assert value.private == b""
        assert await store.hexists(store_keys.feed_status(chosen.namespace), "dc")
        assert await store.hexists(store_keys.timetable_versions(chosen.namespace), "dc")
    for process in (tracker, splitter, serving):
        process.terminate()
        assert await asyncio.to_thread(process.wait, 60) == 0
    assert [record async for record in read_records(chosen, FEED_STATUS)]


async def test_a_replay_with_one_or_three_workers_gives_the_same_bytes(
    settings: Settings, replay: Any, stages: Any
) -> None:
    outcomes = []
    for workers in (1, 3):
        chosen = await replay.lay_out(settings, polls=POLLS, namespace=f"-{workers}")
        running = [stages.start("tracker", settings=chosen) for _ in range(workers)]
        assert await asyncio.to_thread(stages.start("door", settings=chosen).wait, 180) == 0
        await replay.wait_for_values(chosen)
        outcomes.append(await replay.read_public(chosen))
        for process in running:
            process.kill()
    assert outcomes[0] == outcomes[1] == replay.answer_by_rule(POLLS)
