"""Serving as a process: the whole view from the log into the store, again whenever the store loses it.

Every serving process holds the whole view and writes all of it; a second one is a standby that costs little, since the
store takes a line's value only once.
"""

import asyncio
import time
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import Counter, Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.store_connection import StoreConnection
from runtime.topics.ensure import ensure_topics
from schemas import store_keys
from schemas.line_value import LineValueError
from schemas.namespace import topic_name
from schemas.topics import FEED_STATUS, LINE_FORECASTS, SERVICE_ALERTS, TIMETABLE_VERSIONS
from streams.health_port import Health
from streams.serving.fact_view import FactView
from streams.serving.line_view import LineView
from streams.serving.read_scores import follow_scores
from streams.serving.score_view import ScoreView
from streams.serving.store_writer import StoreWriter

_log = structlog.get_logger(__name__)

RECENT_S: Final = 120
"""At a start the view is whole for what was written in this time; quieter lines follow right after."""

POLL_MS: Final = 200
BATCH: Final = 4_000
CHECK_S: Final = 0.5
RETRY_S: Final = 0.3
WRITES, SCORES = "writing to the store", "reading scores"
"""Parts of the process that have to get on, each by itself."""

SWEEP_S: Final = 60.0
STORE_TIMEOUT_S: Final = 3.0

LINES: Final = Gauge("headway_serving_lines", "Lines in the view.")
WRITTEN: Final = Counter("headway_serving_written", "Values of lines written to the store.")
STALE: Final = Counter("headway_serving_stale", "Values dropped because a later one was there.")
REBUILT: Final = Counter("headway_serving_rebuilt", "Times the store had lost the view.")
LAG: Final = Gauge("headway_serving_lag_seconds", "Age of the last value when the store had it.")
BEHIND: Final = Gauge("headway_serving_behind", "Records of the log not yet read.")


async def run_serving(settings: Settings, health: Health) -> None:
    """Keep the store's view until cancelled.

    Raises:
        ServiceError: the broker cannot be reached at the start.
    """
    await Serving(settings, health).run()


class Serving:
    """Reads five topics into memory and keeps the store at what memory says."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._lines = LineView()
        self._facts = FactView(settings.namespace)
        self._scores = ScoreView(settings.namespace)
        self._changed = asyncio.Event()
        self._caught_up = asyncio.Event()
        self._newest_at = 0.0
        store: Any = Redis.from_url(
            settings.store,
            connection_class=StoreConnection,
            socket_timeout=STORE_TIMEOUT_S,
            socket_connect_timeout=STORE_TIMEOUT_S,
        )
        self._store = store
        self._writer = StoreWriter(store, settings.namespace)
        namespace = settings.namespace
        self._forecasts = topic_name(LINE_FORECASTS, namespace)
        self._hashes = {
            topic_name(FEED_STATUS, namespace): store_keys.feed_status(namespace),
            topic_name(SERVICE_ALERTS, namespace): store_keys.service_alerts(namespace),
            topic_name(TIMETABLE_VERSIONS, namespace): store_keys.timetable_versions(namespace),
        }

    async def run(self) -> None:
        """Serve until cancelled."""
        await ensure_topics(self._settings)
        self._health.expect(WRITES, SCORES)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read_recent())
                tasks.create_task(self._write())
                tasks.create_task(follow_scores(self._settings, self._scores, lambda: self._health.move(SCORES)))
        finally:
            await self._store.aclose()

    async def _read_recent(self) -> None:
        consumer = make_consumer(self._settings, max_poll_records=BATCH)
        await consumer.start()
        try:
            partitions = [TopicPartition(self._forecasts, number) for number in range(self._settings.line_partitions)]
            facts = [TopicPartition(topic, 0) for topic in self._hashes]
            consumer.assign([*partitions, *facts])
            starts = await self._seek_recent(consumer, partitions)
            await consumer.seek_to_beginning(*facts)
            await self._catch_up(consumer, await consumer.end_offsets([*partitions, *facts]))
            self._caught_up.set()
            _log.info("view_caught_up", lines=len(self._lines), recent_s=RECENT_S)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read_quiet(starts))
                tasks.create_task(self._follow(consumer))
        finally:
            await consumer.stop()

    async def _seek_recent(
        self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        since_ms = int((time.time() - RECENT_S) * 1000)
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
        ends = await consumer.end_offsets(partitions)
        starts = {}
        for partition in partitions:
            at = found.get(partition)
            starts[partition] = ends[partition] if at is None else at.offset
            consumer.seek(partition, starts[partition])
        return starts

    async def _catch_up(self, consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> None:
        behind = set(ends)
        while behind:
            self._take(await consumer.getmany(timeout_ms=POLL_MS))
            self._health.move()
            positions = {partition: await consumer.position(partition) for partition in behind}
            behind = {partition for partition, position in positions.items() if position < ends[partition]}

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as wrong:
                _log.warning("log_not_read", error=str(wrong))
                self._health.move()  # a broker that is away is no reason to throw away the view that we hold
                await asyncio.sleep(RETRY_S)
                continue
            self._take(batches)
            await self._note_lag(consumer)
            self._health.progress()

    async def _note_lag(self, consumer: AIOKafkaConsumer) -> None:
        behind = 0
        for partition in consumer.assignment():
            highwater = consumer.highwater(partition)
            if highwater is not None:
                behind += max(highwater - await consumer.position(partition), 0)
        BEHIND.set(behind)

    async def _read_quiet(self, until: dict[TopicPartition, int]) -> None:
        """Lines that said nothing lately: their last values stand further back in the log."""
        consumer = make_consumer(self._settings, max_poll_records=BATCH)
        await consumer.start()
        try:
            consumer.assign(list(until))
            since_ms = int((time.time() - store_keys.LINE_EXPIRY_S) * 1000)
            found = await consumer.offsets_for_times(dict.fromkeys(until, since_ms))
            ends = {partition: until[partition] for partition, at in found.items() if at is not None}
            for partition, at in found.items():
                consumer.seek(partition, until[partition] if at is None else at.offset)
            await self._catch_up(consumer, ends)
            _log.info("quiet_lines_read", lines=len(self._lines))
        finally:
            await consumer.stop()

    def _take(self, batches: dict[TopicPartition, list[Any]]) -> None:
        for partition, records in batches.items():
            for record in records:
                if record.value is None or record.key is None:
                    continue
                if partition.topic == self._forecasts:
                    self._take_line(record)
                else:
                    self._facts.take(self._hashes[partition.topic], record.key.decode(), record.value)
        if self._lines.changed or self._facts.changed:
            self._changed.set()

    def _take_line(self, record: Any) -> None:
        try:
            if self._lines.take(record.key.decode(), record.value, record.timestamp / 1000):
                self._newest_at = record.timestamp / 1000
            else:
                STALE.inc()
        except (LineValueError, UnicodeDecodeError) as wrong:
            _log.error("line_value_unreadable", line=repr(record.key), reason=str(wrong))

    async def _write(self) -> None:
        await self._caught_up.wait()
        checked_at = swept_at = 0.0
        while True:
            self._health.move(WRITES)
            try:
                if time.monotonic() >= checked_at + CHECK_S:
                    await self._check_whole()
                    checked_at = time.monotonic()
                await self._write_changed()
            except (RedisError, OSError) as wrong:
                _log.warning("store_failed", error=str(wrong))
                checked_at = 0.0
                await asyncio.sleep(RETRY_S)
                continue
            if time.monotonic() >= swept_at + SWEEP_S:
                self._lines.drop_older(time.time() - store_keys.LINE_EXPIRY_S)
                swept_at = time.monotonic()
            await self._wait_for_change()

    async def _check_whole(self) -> None:
        """Where the store was flushed or began anew, write all of the view before saying that it is whole."""
        if await self._writer.is_whole():
            return
        started = time.monotonic()
        self._lines.mark_all_changed()
        self._facts.mark_all_changed()
        self._scores.mark_all_changed()
        await self._write_changed()
        await self._writer.mark_whole()
        REBUILT.inc()
        _log.info("view_rebuilt", lines=len(self._lines), took_s=round(time.monotonic() - started, 3))

    async def _write_changed(self) -> None:
        self._changed.clear()
        written = await self._writer.write_changed(self._lines)
        await self._facts.write_changed(self._store)
        await self._scores.write_changed(self._store)
        if written:
            WRITTEN.inc(written)
            LAG.set(time.time() - self._newest_at)
            LINES.set(len(self._lines))

    async def _wait_for_change(self) -> None:
        try:
            async with asyncio.timeout(CHECK_S):
                await self._changed.wait()
        except TimeoutError:
            return
