"""Record a feed and tell whether it moves: a fetch or a disk that hangs must end the process, not the recording."""

import asyncio
import time
from typing import Final

from runtime.settings import FeedSettings
from streams.doors.choose_source import choose_source
from streams.doors.poll import Poll
from streams.doors.recording_source import RecordingSource
from streams.health_port import Health
from streams.recorder.record_feed import record_feed

LOOK_EVERY_S: Final = 5.0
LATE_S: Final = 60.0
"""A poll may come so long after its time: a fetch takes 30 s at most, and it is written after that."""


async def record_watched(feed: FeedSettings, health: Health) -> None:
    """Keep every poll of ``feed``; ``health`` hears that it moves for as long as polls come when they are due.

    A recording is played at its own gaps: of it that alone is asked that the process lives.

    Raises:
        UserError: the feed has no archive, or its source cannot be used.
        ServiceError: the archive cannot be written.
    """
    is_live = not isinstance(choose_source(feed), RecordingSource)
    polled_at = time.monotonic()

    def note(_poll: Poll) -> None:
        nonlocal polled_at
        polled_at = time.monotonic()

    part = f"feed {feed.id}"
    health.expect(part)
    recording = asyncio.create_task(record_feed(feed, note))
    try:
        while not recording.done():
            if not is_live or time.monotonic() - polled_at <= feed.poll_s + LATE_S:
                health.move(part)
                health.move()
            await asyncio.wait((recording,), timeout=LOOK_EVERY_S)
        recording.result()
    finally:
        recording.cancel()
        await asyncio.wait((recording,))
        health.forget(part)
