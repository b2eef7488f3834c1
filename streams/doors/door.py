"""One feed's door: poll by poll from its source to the line groups' topics."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

import structlog

from runtime.recordings.archive import FeedArchive
from runtime.settings import FeedSettings
from schemas.feed_status import FeedStatus, encode_feed_status
from schemas.namespace import topic_name
from schemas.topics import FEED_STATUS
from streams.doors.alert_record import AlertRecords
from streams.doors.feed_counts import FeedCounts
from streams.doors.line_records import LineRecords
from streams.doors.poll import Poll, Source
from streams.doors.recording_source import RecordingSource
from streams.doors.timetable_in_force import TimetableInForce
from streams.record_writer import Record, RecordWriter
from transit.assignment.feed_sorter import FeedSorter, SortedFeed

_log = structlog.get_logger(__name__)

UNCONFIRMED_BYTES: Final = 8 * 1024 * 1024
"""A hastened replay runs this far ahead of the broker's word; a live feed waits for it at each poll."""

FENCED_RECORDS: Final = 64
"""Records written between two looks at the lease."""


TIMETABLE_LOOK_S: Final = 0.5


class LeaseLostError(Exception):
    """Another door has the feed now."""


class Address(NamedTuple):
    """Where a door's messages go, and which timetable they speak."""

    timetable: TimetableInForce
    epoch: int
    namespace: str


class Door:
    """Sorts one feed's polls and writes them; memory is bounded by one poll and ``UNCONFIRMED_BYTES``.

    ``may_write`` is asked again and again while a poll is written: a door that shares its feed and lost the lease stops
    at once, also in the midst of a poll.
    """

    def __init__(
        self,
        feed: FeedSettings,
        address: Address,
        writer: RecordWriter,
        *,
        may_write: Callable[[], bool] = lambda: True,
        on_status: Callable[[FeedStatus], None] = lambda _status: None,
    ) -> None:
        self._feed = feed
        self._timetable = address.timetable
        self._writer = writer
        self._epoch = address.epoch
        self._namespace = address.namespace
        self._may_write = may_write
        self._on_status = on_status
        self._archive = FeedArchive(feed.archive, keep_days=feed.archive_days) if feed.archive is not None else None
        self._sorter: FeedSorter | None = None
        self._records: LineRecords | None = None
        self._alerts = AlertRecords(feed.id, feed.timetable, address.namespace)

    async def run(self, source: Source) -> None:
        """Write the source's polls until it ends.

        Raises:
            LeaseLostError: the feed is another door's now.
            WriteFencedError: the same, seen when records were about to leave.
            ServiceError: the feed's archive cannot be written.
        """
        recording = source if isinstance(source, RecordingSource) else None
        unconfirmed_bytes = UNCONFIRMED_BYTES if recording and self._feed.speed == 0 else 0
        counts = FeedCounts(self._feed.id, self._feed.source, recorded=recording is not None)
        await self._await_timetable(recording.times[0] if recording else int(time.time()))
        async with aclosing(source.polls()) as polls:
            async for poll in polls:
                if self._archive is not None:
                    kept = partial(self._archive.write, is_partial=poll.is_partial)
                    await asyncio.to_thread(kept, poll.time_s, poll.content, poll.error)
                await self._write(poll, counts)
                await self._writer.settle(unconfirmed_bytes=unconfirmed_bytes)
        await self._writer.settle()
        if self._archive is not None:
            self._archive.close()
        _log.info("feed_ended", feed=self._feed.id)

    async def _await_timetable(self, time_s: int) -> None:
        """Nothing can be given its line before there is a timetable, and no poll of a recording may be lost."""
        told = False
        while await self._find_records(time_s) is None:
            if not told:
                _log.warning("timetable_awaited", feed=self._feed.id, timetable=self._timetable.name, at=time_s)
                told = True
            await asyncio.sleep(TIMETABLE_LOOK_S)

    async def _write(self, poll: Poll, counts: FeedCounts) -> None:
        records = await self._find_records(poll.time_s)
        if records is None or self._sorter is None:
            return
        outcome = _sort(self._sorter, poll)
        await self._write_fenced(records.list_rejects(outcome))
        is_down = poll.error is not None
        lines = records.list_lines(outcome, poll.time_s, feed_down=is_down, is_partial=poll.is_partial)
        await self._write_fenced(lines)
        alerts = None if poll.is_partial else outcome.alerts
        await self._write_fenced(iter(self._alerts.list_changed(alerts)))
        status = counts.add(poll, outcome, self._sorter.timetable)
        self._on_status(status)
        topic = topic_name(FEED_STATUS, self._namespace)
        status_record = Record(topic, self._feed.id.encode(), encode_feed_status(status))
        await self._write_fenced(iter((status_record,)))

    async def _find_records(self, time_s: int) -> LineRecords | None:
        """The maker of records under the timetable in force; another timetable begins with a poll, for all lines."""
        timetable = await self._timetable.find(time_s)
        if timetable is not None and (self._sorter is None or self._sorter.timetable.hash != timetable.hash):
            self._sorter = FeedSorter(timetable, self._feed.id)
            self._records = LineRecords(
                self._sorter, epoch=self._epoch, namespace=self._namespace, predictions=self._feed.predictions
            )
        return self._records

    async def _write_fenced(self, records: Iterator[Record]) -> None:
        while batch := list(islice(records, FENCED_RECORDS)):
            if not self._may_write():
                raise LeaseLostError(self._feed.id)
            await self._writer.write(batch)


def _sort(sorter: FeedSorter, poll: Poll) -> SortedFeed:
    if poll.error is not None:
        return sorter.sort_down(poll.time_s)
    if poll.content is None:
        return sorter.sort_unchanged(poll.time_s)
    return sorter.sort(poll.content, poll.time_s)
