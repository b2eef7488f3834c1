"""A recorded feed, replayed: the poll time is the second each message was recorded, so a replay repeats exactly."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from runtime.errors import UserError
from runtime.recordings.reading import Recording
from runtime.settings import FeedSettings
from streams.doors.pace import Pace
from streams.doors.poll import Poll
from streams.doors.shifted_poll import shift_poll


class RecordingSource:
    """The polls of a recording (runtime.recordings) from ``from_s`` on and before ``to_s``; it ends with the last.

    ``pace`` says how fast, and may be told otherwise meanwhile; left out, it is ``feed.speed`` from the first poll on.

    Raises:
        UserError: there is no such recording, or it holds nothing between these times.
    """

    def __init__(self, feed: FeedSettings, pace: Pace | None = None) -> None:
        self._feed = feed
        self.place = Path(feed.source)
        self._recording = Recording(self.place)
        self._recorded = self._recording.between(feed.from_s, feed.to_s)
        if not self._recorded:
            raise UserError(f"the recording {feed.source} holds no poll between the times asked for")
        self.times = [time_s + feed.shift_s for time_s in self._recorded]
        self.pace = pace or Pace(feed.speed)

    async def polls(self) -> AsyncGenerator[Poll, None]:
        """The recorded polls at their pace, with the times that the feed is shifted to."""
        try:
            for time_s in self._recorded:
                await self.pace.reach(time_s)
                yield await asyncio.to_thread(self._read, time_s)
        finally:
            self._recording.close()

    def _read(self, time_s: int) -> Poll:
        recorded = self._recording.read(time_s, max_bytes=self._feed.max_bytes)
        return shift_poll(Poll(*recorded), self._feed.shift_s, self._feed.shift_days)
