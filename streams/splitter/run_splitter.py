"""The splitter as a process: a consumer group on ``line.forecasts`` that commits only what is surely written."""

from collections.abc import Iterable
from typing import Any, Final

from prometheus_client import Counter

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from schemas.namespace import topic_name
from schemas.topics import LINE_FORECASTS, LINE_PASSAGES
from streams.committing import commit_where_mine
from streams.health_port import Health
from streams.reading_lag import ReadingLag
from streams.record_writer import RecordWriter
from streams.splitter.split import LineRecord, PassageSplit

GROUP: Final = "splitter"
POLL_MS: Final = 500
BATCH: Final = 2_000

PASSAGES: Final = Counter("headway_splitter_passages", "Passages written.")
VALUES: Final = Counter("headway_splitter_values", "Values of lines read.")


async def run_splitter(settings: Settings, health: Health) -> None:
    """Split passages off until cancelled.

    At least once: after a failure some passages are written again, under the same ids.

    Raises:
        ServiceError: the broker cannot be reached.
    """
    await ensure_topics(settings)
    consumer = make_consumer(settings, LINE_FORECASTS, group=GROUP, max_poll_records=BATCH)
    writer = RecordWriter(settings)
    split = PassageSplit(topic_name(LINE_PASSAGES, settings.namespace))
    lag = ReadingLag(GROUP)
    await writer.start()
    await consumer.start()
    try:
        while True:
            batches = await consumer.getmany(timeout_ms=POLL_MS)
            await _pass_on(batches.values(), split, writer)
            if batches:
                ends = {partition: records[-1].offset + 1 for partition, records in batches.items() if records}
                await commit_where_mine(consumer, ends)
            lag.note(consumer, batches)
            health.progress()
    finally:
        await consumer.stop()
        await writer.stop()


async def _pass_on(batches: Iterable[list[Any]], split: PassageSplit, writer: RecordWriter) -> None:
    for records in batches:
        for record in records:
            if record.value is None:
                continue
            passages = split.split(LineRecord(record.key, record.value, record.partition))
            VALUES.inc()
            PASSAGES.inc(len(passages))
            await writer.write(passages)
    await writer.settle()
