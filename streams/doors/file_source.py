"""A feed in a file that someone rewrites, or in a folder to which someone adds messages."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from runtime.settings import FeedSettings
from streams.doors.poll import Poll
from streams.doors.poll_clock import poll_times


class FileSource:
    """The file, or of a folder its newest ``.pb`` file, read again whenever it has changed."""

    def __init__(self, feed: FeedSettings) -> None:
        self._feed = feed
        self._place = Path(feed.source)
        self._seen: tuple[Path, int, int] | None = None

    async def polls(self) -> AsyncGenerator[Poll, None]:
        """One poll each ``poll_s``."""
        async for time_s in poll_times(self._feed.poll_s):
            yield await asyncio.to_thread(self._read, time_s)

    def _read(self, time_s: int) -> Poll:
        try:
            path = _find_newest(self._place) if self._place.is_dir() else self._place
            if path is None:
                return Poll(time_s, error=f"{self._place} holds no .pb file")
            facts = path.stat()
            seen = (path, facts.st_mtime_ns, facts.st_size)
            if seen == self._seen:
                return Poll(time_s)
            if facts.st_size > self._feed.max_bytes:
                return Poll(time_s, error=f"{path} has {facts.st_size} bytes; {self._feed.max_bytes} are taken at most")
            content = path.read_bytes()
        except OSError as wrong:
            return Poll(time_s, error=f"{wrong.filename}: {wrong.strerror}")
        self._seen = seen
        return Poll(time_s, content)


def _find_newest(folder: Path) -> Path | None:
    found = [(path.stat().st_mtime_ns, path) for path in folder.glob("*.pb")]
    return max(found)[1] if found else None
