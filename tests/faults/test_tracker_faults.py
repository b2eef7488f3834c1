"""Tracker workers killed, paused and cut off under load: nothing lost, nothing doubled, soon taken over."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded.kafka import KafkaCluster
from runtime.settings import Settings
from runtime.topics.reading import read_records
from schemas.line_forecasts import decode_passage, decode_public
from schemas.topics import LINE_FORECASTS, LINE_PASSAGES

pytestmark = [pytest.mark.recording, pytest.mark.timeout(600)]

POLLS = 240
SPEED = 120.0
"""Eight polls of three lines a second, for 30 seconds."""

READY = "Worker ready"
"""What a worker logs once it has its lines."""


async def read_passages(settings: Settings) -> list[tuple[str, int]]:
    return sorted(
        (passage.id, passage.at)
        for passage in [
            decode_passage(record.value) async for record in read_records(settings, LINE_PASSAGES) if record.value
        ]
    )


async def wait_for_passages(settings: Settings, expected: list[tuple[str, int]]) -> None:
    until = time.monotonic() + 90
    written = await read_passages(settings)
    while len(written) < len(expected) and time.monotonic() < until:
        await asyncio.sleep(0.3)
        written = await read_passages(settings)
    assert written == expected


def list_passages(public: dict[bytes, list[bytes]]) -> list[tuple[str, int]]:
    return sorted(
        (passage.id, passage.at)
        for parts in public.values()
        for part in parts
        for passage in decode_public(part).passages
    )


async def wait_for_lines(settings: Settings, lines: int) -> None:
    """Until the first values of that many lines are there."""
    seen: set[bytes | None] = set()
    while len(seen) < lines:
        await asyncio.sleep(0.3)
        seen = {record.key async for record in read_records(settings, LINE_FORECASTS)}


async def test_killed_workers_lose_and_double_no_passage_and_are_replaced(
    settings: Settings, replay: Any, stages: Any
) -> None:
    calm = replay.answer_by_rule(POLLS)
    chosen = await replay.lay_out(settings, polls=POLLS, speed=SPEED)
    stages.start("splitter", settings=chosen)
    first = stages.start("tracker", settings=chosen)
    second = stages.start("tracker", settings=chosen)
    for worker in (first, second):
        await stages.wait_logged(worker, READY)
    door = stages.start("door", settings=chosen)
    await wait_for_lines(chosen, lines=3)
    await asyncio.sleep(2)
    first.kill()
    third = stages.start("tracker", settings=chosen)
    await stages.wait_logged(third, READY)
    await asyncio.sleep(3)
    second.kill()
    assert await asyncio.to_thread(door.wait, 180) == 0
    await replay.wait_for_values(chosen)
    assert await replay.read_public(chosen) == calm
    await wait_for_passages(chosen, list_passages(calm))


async def test_a_paused_workers_stale_values_never_win(settings: Settings, replay: Any, stages: Any) -> None:
    calm = replay.answer_by_rule(POLLS)
    chosen = await replay.lay_out(settings, polls=POLLS, speed=SPEED)
    stages.start("splitter", settings=chosen)
    stages.start("serving", settings=chosen)
    paused = stages.start("tracker", settings=chosen)
    await stages.wait_logged(paused, READY)
    door = stages.start("door", settings=chosen)
    await wait_for_lines(chosen, lines=3)
    stages.start("tracker", settings=chosen)
    paused.send_signal(signal.SIGSTOP)
    await asyncio.sleep(30)
    paused.send_signal(signal.SIGCONT)
    assert await asyncio.to_thread(door.wait, 180) == 0
    await replay.wait_for_values(chosen)
    assert await replay.read_public(chosen) == calm
    await wait_for_passages(chosen, list_passages(calm))
    await stages.expect_in_store(chosen, {key: parts[-1] for key, parts in calm.items()})


async def test_a_broker_that_restarts_loses_nothing(
    settings: Settings, replay: Any, stages: Any, server_folder: Path, tmp_path: Path
) -> None:
    with KafkaCluster(server_folder / f"restarted-{tmp_path.name}") as cluster:
        moved = settings.model_copy(update={"broker": cluster.address})
        calm = replay.answer_by_rule(POLLS)
        chosen = await replay.lay_out(moved, polls=POLLS, speed=SPEED)
        stages.start("splitter", settings=chosen)
        stages.start("tracker", settings=chosen)
        door = stages.start("door", settings=chosen)
        await wait_for_lines(chosen, lines=3)
        await asyncio.to_thread(cluster.brokers[0].stop)
        await asyncio.to_thread(cluster.brokers[0].start)
        assert await asyncio.to_thread(door.wait, 180) == 0
        await replay.wait_for_values(chosen)
        public = await replay.read_public(chosen)
        assert {key: parts[-1] for key, parts in public.items()} == {key: parts[-1] for key, parts in calm.items()}
        await wait_for_passages(chosen, list_passages(calm))
        stages.stop()


async def test_a_flushed_store_is_whole_again(settings: Settings, replay: Any, stages: Any) -> None:
    chosen = await replay.lay_out(settings, polls=60)
    stages.start("tracker", settings=chosen)
    assert await asyncio.to_thread(stages.start("door", settings=chosen).wait, 180) == 0
    await replay.wait_for_values(chosen)
    last = {key: parts[-1] for key, parts in (await replay.read_public(chosen)).items()}
    stages.start("serving", settings=chosen)
    await stages.expect_in_store(chosen, last)
    await stages.flush_store(chosen)
    await stages.expect_in_store(chosen, last)
