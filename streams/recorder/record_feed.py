"""Poll a feed and keep it, with no broker and no timetable: all that is needed is the feed and a disk."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

import structlog

from runtime.errors import UserError
from runtime.recordings.archive import FeedArchive
from runtime.settings import FeedSettings
from streams.doors.choose_source import choose_source
from streams.doors.poll import Poll
from streams.doors.recording_source import RecordingSource

_log = structlog.get_logger(__name__)


async def record_feed(feed: FeedSettings, on_poll: Callable[[Poll], None] = lambda _poll: None) -> None:
    """Keep every poll of ``feed`` in its archive, until cancelled or a recording ends.

    Raises:
        UserError: the feed has no archive, or its source cannot be used.
        ServiceError: the archive cannot be written.
    """
    if feed.archive is None:
        raise UserError(f"feed {feed.id}: say where to keep it")
    archive = FeedArchive(feed.archive, keep_days=feed.archive_days)
    source = choose_source(feed)
    if isinstance(source, RecordingSource) and feed.archive.resolve() == source.place.resolve():
        raise UserError(f"feed {feed.id}: {feed.source} is the archive itself")
    _log.info("recording_begun", feed=feed.id, source=feed.source, archive=str(feed.archive))
    is_down = False
    try:
        async with aclosing(source.polls()) as polls:
            async for poll in polls:
                kept = partial(archive.write, is_partial=poll.is_partial)
                await asyncio.to_thread(kept, poll.time_s, poll.content, poll.error)
                if (poll.error is not None) is not is_down:
                    is_down = not is_down
                    _tell_turn(feed, poll)
                on_poll(poll)
    finally:
        archive.close()


def _tell_turn(feed: FeedSettings, poll: Poll) -> None:
    """A feed that fails, or comes back, is told once: whoever records must not find out from the archive."""
    if poll.error is not None:
        _log.warning("feed_fails", feed=feed.id, error=poll.error)
    else:
        _log.info("feed_returned", feed=feed.id)
