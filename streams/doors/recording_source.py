"""A recorded feed, replayed: the poll time is the second each message was recorded, so a replay repeats exactly."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from runtime.errors import UserError
from runtime.settings import FeedSettings
from streams.doors.poll import Poll

SUFFIX: Final = ".pb"


class RecordingSource:
    """A zip, or a folder, of FeedMessages, which ends when the last was replayed.

    Files are named ``<posix seconds>.pb`` or ``<posix seconds>.<feed>.pb``.
    """

    def __init__(self, feed: FeedSettings) -> None:
        self._feed = feed
        self._place = Path(feed.source)
        self._names = list_recorded_polls(self._place)
        self.times = list(self._names)

    async def polls(self) -> AsyncGenerator[Poll, None]:
        """The recorded polls, ``speed`` times as fast as they were; all at once at speed 0."""
        started = time.monotonic()
        archive = None if self._place.is_dir() else ZipFile(self._place)
        try:
            for time_s in self.times:
                if self._feed.speed > 0:
                    due = started + (time_s - self.times[0]) / self._feed.speed
                    await asyncio.sleep(max(due - time.monotonic(), 0.0))
                yield await asyncio.to_thread(self._read, archive, time_s)
        finally:
            if archive is not None:
                archive.close()

    def _read(self, archive: ZipFile | None, time_s: int) -> Poll:
        name = self._names[time_s]
        try:
            if archive is None:
                return Poll(time_s, (self._place / name).read_bytes())
            if archive.getinfo(name).file_size > self._feed.max_bytes:
                return Poll(time_s, error=f"{name} is larger than the {self._feed.max_bytes} bytes that are taken")
            return Poll(time_s, archive.read(name))
        except (OSError, BadZipFile) as wrong:
            return Poll(time_s, error=f"{name} of {self._place}: {wrong}")


def list_recorded_polls(place: Path) -> dict[int, str]:
    """The recording's messages: file names by the second of their poll, rising.

    Raises:
        UserError: there is no such recording, it holds no message, or two of one second.
    """
    try:
        names = [path.name for path in place.iterdir()] if place.is_dir() else ZipFile(place).namelist()
    except (OSError, BadZipFile) as wrong:
        raise UserError(f"the recording {place} cannot be read: {wrong}") from None
    named = sorted((int(name.partition(".")[0]), name) for name in names if is_recorded_name(name))
    if not named:
        raise UserError(f"the recording {place} holds no message named <posix seconds>.pb")
    polls = dict(named)
    if len(polls) < len(named):
        raise UserError(f"the recording {place} holds several messages of one second: one feed a recording")
    return polls


def is_recorded_name(name: str) -> bool:
    """Whether a file's name is that of a recorded poll: its second, then perhaps the feed's name, then ``.pb``."""
    return name.endswith(SUFFIX) and name.partition(".")[0].isdecimal()
