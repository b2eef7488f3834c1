"""A feed that is recorded counts as moving for as long as its polls come when they are due."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from structlog.testing import capture_logs

from runtime.recordings.reading import Recording
from runtime.settings import FeedSettings
from streams.doors.poll import Poll
from streams.health_port import Health
from streams.recorder import record_feed, watched_feed
from streams.recorder.watched_feed import LATE_S, record_watched

PART = "feed town"


def feed(folder: Path, source: str, **said: Any) -> FeedSettings:
    return FeedSettings(id="town", timetable="town", source=source, archive=folder / "archive", **said)


async def test_a_recording_is_kept_to_its_end_and_then_nothing_more_is_expected_of_it(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "town.zip", "w") as recording:
        for at in (1_700_000_000, 1_700_000_010):
            recording.writestr(f"{at}.pb", b"a poll")
    health = Health()
    await record_watched(feed(tmp_path, str(tmp_path / "town.zip"), speed=0), health)
    assert Recording(tmp_path / "archive").times == [1_700_000_000, 1_700_000_010]
    assert set(health.moves) == {""}


async def test_a_live_feed_whose_polls_stay_away_moves_no_longer_and_moves_again_once_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [0.0]
    told: list[Callable[[Poll], None]] = []

    async def hang(_feed: FeedSettings, on_poll: Callable[[Poll], None]) -> None:
        told.append(on_poll)
        await asyncio.Event().wait()

    monkeypatch.setattr(watched_feed, "record_feed", hang)
    monkeypatch.setattr(watched_feed, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    monkeypatch.setattr(watched_feed, "LOOK_EVERY_S", 0)
    health = Health()
    task = asyncio.create_task(record_watched(feed(tmp_path, "http://town.test/v.pb", poll_s=3600.0), health))

    async def moves_in_some_turns() -> bool:
        before = dict(health.moves)
        for _ in range(20):
            await asyncio.sleep(0)
        return health.moves[PART] > before.get(PART, 0) and health.moves[""] > before[""]

    assert await moves_in_some_turns()
    now_s[0] = 3600.0 + LATE_S
    assert await moves_in_some_turns()
    now_s[0] += 1
    await moves_in_some_turns()
    assert not await moves_in_some_turns()
    told[0](Poll(1_700_000_000))
    assert await moves_in_some_turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert PART not in health.moves


async def test_a_feed_that_fails_and_comes_back_is_told_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [None, "away", "away", "still away", None, None]

    async def polls() -> AsyncIterator[Poll]:
        for number, error in enumerate(errors):
            yield Poll(1_700_000_000 + number, None if error else b"a poll", error)

    monkeypatch.setattr(record_feed, "choose_source", lambda _feed: SimpleNamespace(polls=polls))
    with capture_logs() as logs:
        await record_feed.record_feed(feed(tmp_path, "http://town.test/v.pb"))
    assert [(line["event"], line.get("error")) for line in logs if line["event"] != "recording_begun"] == [
        ("feed_fails", "away"),
        ("feed_returned", None),
    ]
