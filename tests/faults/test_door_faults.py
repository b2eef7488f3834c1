"""Two doors to one feed, one of them frozen past its lease with records in its hands."""

import asyncio
import shutil
import signal
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from runtime.embedded.kafka import KafkaCluster
from runtime.settings import FeedSettings, Settings
from runtime.topics.ensure import ensure_topics
from runtime.topics.reading import read_records
from schemas.feed_status import decode_feed_status
from schemas.namespace import topic_name
from schemas.topics import FEED_BUS, FEED_STATUS
from streams.record_writer import Record, RecordWriter, WriteFencedError

pytestmark = [pytest.mark.recording, pytest.mark.timeout(300)]

PATIENCE_S = 90.0
"""A lease of 9 seconds, the next look at it, and what a busy machine makes of them."""


async def list_polls(settings: Settings) -> list[int]:
    return [
        decode_feed_status(record.value).polled_at
        async for record in read_records(settings, FEED_STATUS)
        if record.value
    ]


async def wait_for_polls(settings: Settings, count: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while len(polls := await list_polls(settings)) < count:
        assert time.monotonic() < until, f"{len(polls)} polls instead of {count}"
        await asyncio.sleep(0.2)


async def test_what_a_producer_still_holds_stays_unwritten_once_its_writer_may_not_write(
    settings: Settings, kafka: KafkaCluster
) -> None:
    await ensure_topics(settings)
    topic = topic_name(FEED_STATUS, settings.namespace)
    allowed, asked = True, 0

    def may_write() -> bool:
        nonlocal asked
        asked += 1
        return allowed

    writer = RecordWriter(settings, may_write=may_write)
    await writer.write([Record(topic, b"before", b"1")])
    await writer.settle()
    broker = kafka.brokers[0].running()
    broker.pause()
    try:
        before = asked
        await writer.write([Record(topic, b"on its way", b"2")])
        while asked == before:  # noqa: ASYNC110 - the producer asks in its own time
            await asyncio.sleep(0.01)
        await writer.write([Record(topic, b"held", b"3")])
        allowed = False
    finally:
        broker.resume()
    with pytest.raises(WriteFencedError):
        await writer.settle()
    await writer.stop()
    written = [record.key async for record in read_records(settings, FEED_STATUS)]
    assert written == [b"before", b"on its way"]


async def test_a_frozen_door_that_wakes_writes_nothing_of_what_it_held(
    settings: Settings, kafka: KafkaCluster, replay: Any, stages: Any, tmp_path: Path
) -> None:
    chosen = await replay.lay_out(settings, polls=1)
    source = tmp_path / "vehicles.pb"
    with ZipFile(replay.whole) as whole, whole.open(min(whole.namelist())) as first, source.open("wb") as to:
        shutil.copyfileobj(first, to)
    chosen = chosen.model_copy(update={"feeds": (FeedSettings(id="dc", timetable="dc", source=str(source), poll_s=1),)})
    frozen = stages.start("door", "--shared", settings=chosen)
    await wait_for_polls(chosen, 2)
    stages.start("door", "--shared", settings=chosen)
    await asyncio.sleep(3)
    broker = kafka.brokers[0].running()
    broker.pause()
    try:
        # a poll is under way now: its first records are at the broker's door, the others wait for its word
        await asyncio.sleep(2.5)
        frozen.send_signal(signal.SIGSTOP)
    finally:
        broker.resume()
    before = len(await list_polls(chosen))
    await wait_for_polls(chosen, before + 3)
    frozen.send_signal(signal.SIGCONT)
    await stages.wait_logged(frozen, "door_stands_by")
    assert frozen.poll() is None
    polls = await list_polls(chosen)
    assert polls == sorted(set(polls))
    newest: dict[bytes | None, int] = {}
    async for record in read_records(chosen, FEED_BUS):
        assert record.timestamp_ms >= newest.get(record.key, 0)
        newest[record.key] = record.timestamp_ms
    assert newest
