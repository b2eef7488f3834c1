"""Two doors to one feed: one polls, the other stands by and takes over when the first is gone."""

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from runtime.settings import FeedSettings, Settings
from runtime.topics.reading import read_records
from schemas.feed_status import decode_feed_status
from schemas.topics import FEED_BUS, FEED_STATUS

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


@pytest.mark.parametrize("broker", ["tansu"], indirect=True)
async def test_a_second_door_stands_by_and_takes_over(
    settings: Settings, replay: Any, stages: Any, tmp_path: Path
) -> None:
    chosen = await replay.lay_out(settings, polls=1)
    source = tmp_path / "vehicles.pb"
    with ZipFile(replay.whole) as whole, whole.open(min(whole.namelist())) as first, source.open("wb") as to:
        shutil.copyfileobj(first, to)
    feed = FeedSettings(id="dc", timetable="dc", source=str(source), poll_s=1)
    chosen = chosen.model_copy(update={"feeds": (feed,)})
    holder = stages.start("door", "--shared", settings=chosen)
    await wait_for_polls(chosen, 2)
    second = stages.start("door", "--shared", settings=chosen)
    await stages.wait_logged(second, "door_stands_by")
    await wait_for_polls(chosen, len(await list_polls(chosen)) + 3)
    polls = await list_polls(chosen)
    assert len(polls) == len(set(polls))
    holder.kill()
    before = len(await list_polls(chosen))
    await wait_for_polls(chosen, before + 2)
    polls = await list_polls(chosen)
    assert polls == sorted(set(polls))
    assert [record async for record in read_records(chosen, FEED_BUS)]
