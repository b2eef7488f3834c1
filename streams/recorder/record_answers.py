"""Follow the topics and keep them, each record once: passages and forecasts as Parquet, what was served as it was."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
import structlog
from aiokafka import TopicPartition

from runtime.kafka_clients import make_consumer
from runtime.recordings.kept_values import ALERTS, FEEDS, LINES, Kept, KeptValues
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from schemas.feed_status import decode_feed_status
from schemas.line_forecasts import decode_passage, decode_public
from schemas.line_value import LineValueError, decode_line_value, read_computed_at, without_private
from schemas.namespace import topic_name
from schemas.service_alerts import decode_feed_alerts
from schemas.store_keys import LINE_EXPIRY_S
from schemas.topics import FEED_STATUS, LINE_FORECASTS, LINE_PASSAGES, SERVICE_ALERTS, Topic
from streams.health_port import Health
from streams.reading_lag import ReadingLag
from streams.recorder.answer_rows import FORECASTS, PASSAGES, forecast_rows, passage_row
from streams.recorder.hourly_table import HourlyTable, Row

_log = structlog.get_logger(__name__)

PASSED, FORETOLD = "passages", "forecasts"
"""Folders of an archive beside those of what was served."""

FLUSH_EVERY_S: Final = 30.0
FLUSH_ROWS: Final = 200_000
FLUSH_BYTES: Final = 64 * 1024**2
CELL_BYTES: Final = 40
"""A cell of a row in memory beside its text: a number and the reference to it."""

POLL_MS: Final = 500

_Row = TypeVar("_Row", bound=Sequence[object])
_Taken_contra = TypeVar("_Taken_contra", contravariant=True)
Rows = Callable[[Any], Iterable[_Row]]


class Table(Protocol[_Taken_contra]):
    """Where rows of one kind are kept, with a note of how far their topic was read."""

    @property
    def positions(self) -> dict[str, int]:
        """The offset to read next, by partition."""

    @property
    def waiting(self) -> int:
        """Rows that are not yet written."""

    def add(self, rows: Sequence[_Taken_contra], /) -> None:
        """Take rows; they are safe once ``flush`` has returned."""

    def flush(self, now_s: int, positions: Mapping[int, int]) -> None:
        """Write what has gathered."""


def passages_of(record: Any) -> list[Row]:
    """The row of a record of ``line.passages``."""
    return [passage_row(record.key.decode(), decode_passage(record.value))]


def forecasts_of(record: Any) -> list[Row]:
    """The rows of a record of ``line.forecasts``: one for each call ahead."""
    return list(forecast_rows(decode_public(decode_line_value(record.value).public)))


def value_of(record: Any) -> list[Kept]:
    """A line's value as it was served, without the tracker's own part, under the second in which it was written.

    A recording that is replayed has times of its own: there it is the poll's.
    """
    polled_at, written_at = read_computed_at(record.value), record.timestamp // 1000
    is_live = polled_at <= written_at <= polled_at + LINE_EXPIRY_S
    return [Kept(record.key.decode(), written_at if is_live else polled_at, without_private(record.value))]


def state_of(record: Any) -> list[Kept]:
    """A feed's state."""
    return [Kept(record.key.decode(), decode_feed_status(record.value).polled_at, record.value)]


def alerts_of(record: Any) -> list[Kept]:
    """A feed's alerts, under the second in which they changed."""
    return [Kept(record.key.decode(), decode_feed_alerts(record.value).changed_ms // 1000, record.value)]


class Thinned(Generic[_Row]):
    """Of records of ``line.forecasts`` those that are due: of each line one value in ``every_s`` of its own time."""

    def __init__(self, rows: Rows[_Row], every_s: int) -> None:
        self._rows = rows
        self._every_s = every_s
        self._due: dict[bytes, int] = {}

    def __call__(self, record: Any) -> Iterable[_Row]:
        """Rows of a value that is due."""
        due = read_computed_at(record.value) // self._every_s
        if self._due.get(record.key, -1) == due:
            return ()
        self._due[record.key] = due
        return self._rows(record)


def values_of(every_s: int) -> Rows[Kept]:
    """Of each line a whole value in ``every_s`` of its own time; at 1 every one: a second may have two."""
    return value_of if every_s == 1 else Thinned(value_of, every_s)


async def record_answers(
    settings: Settings,
    archive: Path,
    health: Health,
    *,
    forecasts_every_s: int,
    values_every_s: int,
    keep_days: int | None = None,
) -> None:
    """Keep passages, of each line a forecast every ``forecasts_every_s``, and what was served, until cancelled.

    Of each line a whole value is kept every ``values_every_s`` of its own time; at 1 that is every one.
    Hours older than ``keep_days`` are deleted; ``None`` keeps all. What was served stays thirty days at most.

    Raises:
        ServiceError: the broker cannot be reached, or the archive cannot be written.
    """
    epoch = await ensure_topics(settings)
    health.expect(PASSED, FORETOLD, LINES, FEEDS, ALERTS)
    async with asyncio.TaskGroup() as tasks:
        passages = HourlyTable(archive / PASSED, PASSAGES, epoch=epoch, keep_days=keep_days)
        tasks.create_task(_follow(settings, health, PASSED, LINE_PASSAGES, passages, passages_of))
        forecasts = HourlyTable(archive / FORETOLD, FORECASTS, epoch=epoch, keep_days=keep_days)
        thinned = Thinned(forecasts_of, forecasts_every_s)
        tasks.create_task(_follow(settings, health, FORETOLD, LINE_FORECASTS, forecasts, thinned))
        lines = KeptValues(archive / LINES, carries=False, epoch=epoch, keep_days=keep_days)
        tasks.create_task(_follow(settings, health, LINES, LINE_FORECASTS, lines, values_of(values_every_s)))
        feeds = KeptValues(archive / FEEDS, carries=True, keep_days=keep_days)
        tasks.create_task(_follow(settings, health, FEEDS, FEED_STATUS, feeds, state_of))
        alerts = KeptValues(archive / ALERTS, carries=True, keep_days=keep_days)
        tasks.create_task(_follow(settings, health, ALERTS, SERVICE_ALERTS, alerts, alerts_of))


class Gathered(Generic[_Row]):
    """What a table holds back: bounded in time, in rows and in bytes, for one value may be tens of kilobytes."""

    def __init__(self, table: Table[_Row], rows: Rows[_Row]) -> None:
        self._table = table
        self._rows = rows
        self._bytes = 0
        self._flushed_at = time.monotonic()
        self._flushing: asyncio.Future[None] | None = None

    def take(self, record: Any) -> None:
        """Add a record's rows to the table."""
        rows = _read(record, self._rows)
        self._table.add(rows)
        self._bytes += sum(map(_weigh, rows))

    @property
    def is_full(self) -> bool:
        """Whether no more may gather."""
        return self._bytes >= FLUSH_BYTES or self._table.waiting >= FLUSH_ROWS

    @property
    def is_late(self) -> bool:
        """Whether what has gathered has waited long enough."""
        return time.monotonic() - self._flushed_at >= FLUSH_EVERY_S

    async def flush(self, positions: Mapping[int, int]) -> None:
        """Write it, with how far was read.

        Raises:
            ServiceError: the archive cannot be written.
        """
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(
                asyncio.to_thread(self._table.flush, int(time.time()), dict(positions))
            )
        try:
            await asyncio.shield(self._flushing)
        finally:
            if self._flushing.done():
                self._flushing = None
        self._bytes, self._flushed_at = 0, time.monotonic()

    async def finish(self, positions: Mapping[int, int]) -> None:
        """Write the rest: after what is being written, for a thread goes on when its waiter is told to end.

        Raises:
            ServiceError: the archive cannot be written.
        """
        if self._flushing is not None:
            await self.flush(positions)
        await self.flush(positions)


def _weigh(row: Sequence[object]) -> int:
    """About how many bytes of memory a row takes."""
    return sum(CELL_BYTES + (len(cell) if isinstance(cell, (bytes, str)) else 0) for cell in row)


async def _follow(
    settings: Settings, health: Health, reader: str, topic: Topic, table: Table[_Row], rows: Rows[_Row]
) -> None:
    """Read ``topic`` from where ``table`` ended, and go on for ever; ``reader`` is its folder, for ``/metrics``."""
    name = topic_name(topic, settings.namespace)
    partitions = [TopicPartition(name, n) for n in range(topic.partitions(line_partitions=settings.line_partitions))]
    consumer = make_consumer(settings)
    await consumer.start()
    positions: dict[int, int] = {}
    gathered = Gathered(table, rows)
    lag = ReadingLag(f"record {reader}")
    try:
        consumer.assign(partitions)
        for partition in partitions:
            begun = table.positions.get(str(partition.partition))
            if begun is None:
                await consumer.seek_to_beginning(partition)
            else:
                consumer.seek(partition, begun)
        while True:
            health.progress()
            health.move(reader)
            fetched = await consumer.getmany(timeout_ms=POLL_MS)
            for place, record in ((place, record) for place, records in fetched.items() for record in records):
                gathered.take(record)
                positions[place.partition] = record.offset + 1
                if gathered.is_full:
                    await gathered.flush(positions)
            lag.note(consumer, fetched)
            if gathered.is_late:
                await gathered.flush(positions)
    finally:
        await consumer.stop()
        await gathered.finish(positions)


def _read(record: Any, rows: Rows[_Row]) -> Sequence[_Row]:
    if record.value is None:
        return ()
    try:
        return list(rows(record))
    except (LineValueError, msgspec.DecodeError) as wrong:
        _log.error("record_unreadable", topic=record.topic, offset=record.offset, error=str(wrong))
        return ()
