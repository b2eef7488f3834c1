"""Follow the topics of passages and forecasts and keep them as Parquet, each record once."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from aiokafka import TopicPartition

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from schemas.line_forecasts import decode_passage, decode_public
from schemas.line_value import LineValueError, decode_line_value
from schemas.namespace import topic_name
from schemas.topics import LINE_FORECASTS, LINE_PASSAGES, Topic
from streams.recorder.answer_rows import FORECASTS, PASSAGES, forecast_rows, passage_row
from streams.recorder.hourly_table import HourlyTable, Row

_log = structlog.get_logger(__name__)

FLUSH_EVERY_S: Final = 30.0
FLUSH_ROWS: Final = 200_000
POLL_MS: Final = 500

Rows = Callable[[Any], Iterable[Row]]


def passages_of(record: Any) -> list[Row]:
    """The row of a record of ``line.passages``."""
    return [passage_row(record.key.decode(), decode_passage(record.value))]


class ThinnedForecasts:
    """The rows of records of ``line.forecasts``: of each line one value in ``every_s`` of its own time."""

    def __init__(self, every_s: int) -> None:
        self._every_s = every_s
        self._due: dict[bytes, int] = {}

    def __call__(self, record: Any) -> Sequence[Row]:
        """Rows of a value that is due."""
        value = decode_line_value(record.value)
        if self._due.get(record.key, -1) == value.computed_at // self._every_s:
            return []
        self._due[record.key] = value.computed_at // self._every_s
        return list(forecast_rows(decode_public(value.public)))


async def record_answers(settings: Settings, archive: Path, *, forecasts_every_s: int) -> None:
    """Keep passages, and of each line a forecast every ``forecasts_every_s``, until cancelled.

    Raises:
        ServiceError: the broker cannot be reached, or the archive cannot be written.
    """
    await ensure_topics(settings)
    async with asyncio.TaskGroup() as tasks:
        passages = HourlyTable(archive / "passages", PASSAGES)
        tasks.create_task(_follow(settings, LINE_PASSAGES, passages, passages_of))
        forecasts = HourlyTable(archive / "forecasts", FORECASTS)
        tasks.create_task(_follow(settings, LINE_FORECASTS, forecasts, ThinnedForecasts(forecasts_every_s)))


async def _follow(settings: Settings, topic: Topic, table: HourlyTable, rows: Rows) -> None:
    """Read ``topic`` from where ``table`` ended, and go on for ever."""
    name = topic_name(topic, settings.namespace)
    partitions = [TopicPartition(name, n) for n in range(topic.partitions(line_partitions=settings.line_partitions))]
    consumer = make_consumer(settings)
    await consumer.start()
    positions: dict[int, int] = {}
    flushed_at = time.monotonic()
    try:
        consumer.assign(partitions)
        for partition in partitions:
            begun = table.positions.get(str(partition.partition))
            if begun is None:
                await consumer.seek_to_beginning(partition)
            else:
                consumer.seek(partition, begun)
        while True:
            for place, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                for record in records:
                    table.add(_read(record, rows))
                positions[place.partition] = records[-1].offset + 1
            late = time.monotonic() - flushed_at >= FLUSH_EVERY_S
            if late or table.waiting >= FLUSH_ROWS:
                await asyncio.to_thread(table.flush, int(time.time()), positions)
                flushed_at = time.monotonic()
    finally:
        await consumer.stop()
        table.flush(int(time.time()), positions)


def _read(record: Any, rows: Rows) -> Sequence[Row]:
    if record.value is None:
        return ()
    try:
        return list(rows(record))
    except (LineValueError, msgspec.DecodeError) as wrong:
        _log.error("record_unreadable", topic=record.topic, offset=record.offset, error=str(wrong))
        return ()
