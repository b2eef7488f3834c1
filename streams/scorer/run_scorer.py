"""The scorer as a process: a consumer group on ``line.forecasts`` that goes on where its published records end.

Nothing is kept on disk. Whoever takes a partition over reads the last hours' records of its lines, then once more the
values of the last three quarters of an hour: forecasts are sampled anew, arrivals that a record counts are not counted
again.
"""

import time
from collections.abc import Iterable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from prometheus_client import Counter, Gauge

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from schemas.namespace import topic_name
from schemas.topics import FORECAST_SCORES, LINE_FORECASTS
from streams.committing import commit_where_mine
from streams.health_port import Health
from streams.reading_lag import ReadingLag
from streams.record_writer import RecordWriter
from streams.scorer.score_lines import LineScorer

_log = structlog.get_logger(__name__)

GROUP: Final = "scorer"
POLL_MS: Final = 500
BATCH: Final = 2_000

WARM_UP_S: Final = 45 * 60
"""Values read again after a takeover: what may be foretold of an arrival that comes now."""

RECORDS_S: Final = 4 * 3600
"""Published records read after a takeover: longer than a line's hours stay open."""

IDLE_S: Final = 10.0
"""With nothing to read for so long, what is not due yet is published too."""

VALUES: Final = Counter("headway_scorer_values", "Values of lines read.")
RECORDS: Final = Counter("headway_scorer_records", "Hours' records written.")
SAMPLES: Final = Gauge("headway_scorer_samples", "Samples of runs held.")


async def run_scorer(settings: Settings, health: Health) -> None:
    """Score forecasts until cancelled.

    Raises:
        ServiceError: the broker cannot be reached.
    """
    await ensure_topics(settings)
    await Scoring(settings, health).run()


class Scoring:
    """Reads values, writes records, commits what is surely written."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._scorer = LineScorer(topic_name(FORECAST_SCORES, settings.namespace))
        self._writer = RecordWriter(settings)
        self._consumer = make_consumer(settings, group=GROUP, max_poll_records=BATCH)
        self._lag = ReadingLag(GROUP)
        self._takeovers = 0
        self._taken: set[TopicPartition] = set()
        self._read_at = time.monotonic()

    async def run(self) -> None:
        """Score until cancelled; what is counted by then is published on the way out."""
        consumer = self._consumer
        await self._writer.start()
        await consumer.start()
        consumer.subscribe(
            [topic_name(LINE_FORECASTS, self._settings.namespace)], listener=_Takeover(self._note_taken, self._let_go)
        )
        try:
            while True:
                await self._step(consumer)
        finally:
            await self._publish_all()
            await consumer.stop()
            await self._writer.stop()

    async def _step(self, consumer: AIOKafkaConsumer) -> None:
        batches = await consumer.getmany(timeout_ms=POLL_MS)
        self._health.move()
        if self._taken:
            # what was read so far of these begins at the committed offset, too late to know what was foretold
            await self._take_over()
            return
        takeovers = self._takeovers
        for record in (record for records in batches.values() for record in records):
            if record.value is not None and record.key is not None:
                await self._score(record)
            if takeovers != self._takeovers:
                # partitions have moved meanwhile: what is left of the batch is read again, by whoever has them now
                return
        await self._writer.settle()
        if batches:
            self._read_at = time.monotonic()
            ends = {at: records[-1].offset + 1 for at, records in batches.items() if records}
            await commit_where_mine(self._consumer, ends)
        elif time.monotonic() > self._read_at + IDLE_S:
            await self._publish_all()
            self._read_at = time.monotonic()
        self._lag.note(consumer, batches)
        SAMPLES.set(self._scorer.samples)
        self._health.progress()

    async def _score(self, record: Any) -> None:
        written = self._scorer.take(record.partition, record.key, record.value)
        VALUES.inc()
        RECORDS.inc(len(written))
        await self._writer.write(written)

    async def _publish_all(self) -> None:
        written = self._scorer.publish_all()
        RECORDS.inc(len(written))
        await self._writer.write(written)
        await self._writer.settle()

    async def _let_go(self, partitions: Iterable[TopicPartition]) -> None:
        gone = set(partitions)
        self._takeovers += 1
        self._taken -= gone
        await self._publish_all()
        self._scorer.drop(at.partition for at in gone)

    async def _note_taken(self, partitions: Iterable[TopicPartition]) -> None:
        """Partitions are read from further back by the main loop: a position set in here may be overwritten."""
        self._takeovers += 1
        self._taken |= set(partitions)

    async def _take_over(self) -> None:
        taken, self._taken = self._taken, set()
        mine = sorted(taken & self._consumer.assignment())
        if not mine:
            return
        self._scorer.drop(at.partition for at in mine)
        restored = await self._restore([at.partition for at in mine])
        since_ms = int((time.time() - WARM_UP_S) * 1000)
        found = await self._consumer.offsets_for_times(dict.fromkeys(mine, since_ms))
        for partition in set(mine) & self._consumer.assignment():
            at = found.get(partition)
            if at is not None:
                self._consumer.seek(partition, at.offset)
        _log.info("partitions_taken", partitions=len(mine), records=restored)

    async def _restore(self, numbers: list[int]) -> int:
        """Read the last hours' records of the lines of these partitions; how many there were."""
        topic = topic_name(FORECAST_SCORES, self._settings.namespace)
        partitions = [TopicPartition(topic, number) for number in numbers]
        reader = make_consumer(self._settings, max_poll_records=BATCH)
        await reader.start()
        restored = 0
        try:
            reader.assign(partitions)
            async for record in read_since(reader, partitions, time.time() - RECORDS_S):
                if record.value is not None and record.key is not None:
                    self._scorer.restore(record.partition, record.key, record.value)
                    self._health.move()
                    restored += 1
        finally:
            await reader.stop()
        return restored


async def read_since(consumer: AIOKafkaConsumer, partitions: list[TopicPartition], since: float) -> Any:
    """Every record written after ``since`` (POSIX s) that stands on assigned partitions now."""
    found = await consumer.offsets_for_times(dict.fromkeys(partitions, int(since * 1000)))
    ends = await consumer.end_offsets(partitions)
    behind = {at for at in partitions if found.get(at) is not None}
    for partition in partitions:
        at = found.get(partition)
        consumer.seek(partition, ends[partition] if at is None else at.offset)
    while behind:
        for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
            for record in records:
                yield record
        behind = {at for at in behind if await consumer.position(at) < ends[at]}


class _Takeover(ConsumerRebalanceListener):  # type: ignore[misc]  # the library leaves it without types
    """Passes on which partitions come and go."""

    def __init__(self, take_over: Any, let_go: Any) -> None:
        self._take_over = take_over
        self._let_go = let_go

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Another process may read these from now on."""
        await self._let_go(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """These are ours; nothing was read of them yet."""
        await self._take_over(assigned)
