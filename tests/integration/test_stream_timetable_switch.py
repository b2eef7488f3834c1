"""A new timetable takes over while a feed runs: at one poll, for all lines, and every line goes on."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from runtime.settings import Settings
from runtime.timetables import read_gtfs, save_timetable
from runtime.timetables.publish import publish_versions
from runtime.topics.reading import read_records
from schemas.headers import decode_headers
from schemas.line_forecasts import decode_public
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from schemas.topics import FEED_BUS, FEED_REJECTS
from transit.timetable.compile import compile_timetable

pytestmark = [pytest.mark.recording, pytest.mark.timeout(400)]

POLLS = 200
SPEED = 300.0
"""Twenty polls a second, for ten seconds."""


async def count_messages(settings: Settings) -> int:
    return len([record async for record in read_records(settings, FEED_BUS)])


@pytest.mark.parametrize("broker", ["tansu"], indirect=True)
async def test_all_lines_switch_at_one_poll_and_go_on(settings: Settings, replay: Any, stages: Any) -> None:
    chosen = await replay.lay_out(settings, polls=POLLS, speed=SPEED)
    tables = dict(read_gtfs(replay.gtfs))
    tables["stops.txt"] = tables["stops.txt"].replace(b"+", b" and ")
    old = replay.timetable
    new = compile_timetable(tables, name="dc", source="renewed")
    assert new.hash != old.hash
    save_timetable(new, chosen.timetables)
    stages.start("tracker", settings=chosen)
    door = stages.start("door", settings=chosen)
    while await count_messages(chosen) < 60:  # noqa: ASYNC110 - what is waited for happens at the broker
        await asyncio.sleep(0.1)
    hashes = (old.hash, new.hash)
    entries = tuple(
        TimetableVersion(hash=content_hash, from_service_date=None, activated_at=n, source="a test")
        for n, content_hash in enumerate(hashes)
    )
    await publish_versions(chosen, TimetableVersions(name="dc", versions=entries))
    assert await asyncio.to_thread(door.wait, 180) == 0
    await replay.wait_for_values(chosen)

    spoken: dict[int, set[str]] = {}
    async for record in read_records(chosen, FEED_BUS):
        headers = decode_headers(list(record.headers))
        spoken.setdefault(headers.poll_time_s, set()).add(headers.timetable)
    at_each_poll = [found for _, found in sorted(spoken.items())]
    assert all(len(found) == 1 for found in at_each_poll)
    assert [later for earlier, later in pairwise(at_each_poll) if earlier != later] == [{new.hash}]
    for parts in (await replay.read_public(chosen)).values():
        assert [*dict.fromkeys(decode_public(part).timetable for part in parts)][-1] == new.hash
    assert not [record async for record in read_records(chosen, FEED_REJECTS)]
