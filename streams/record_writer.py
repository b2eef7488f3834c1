"""Writes records so that none is lost: what the broker does not confirm is written again, in its order."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog
from aiokafka.errors import KafkaError

from runtime.kafka_clients import make_producer
from runtime.settings import Settings

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

RETRY_S: Final = 1.0

_log = structlog.get_logger(__name__)


class Record(NamedTuple):
    """One record to write; without a partition its key finds one by murmur2."""

    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp_ms: int | None = None
    partition: int | None = None


class RecordWriter:
    """A producer that holds on to each record until the broker has it."""

    def __init__(self, settings: Settings, *, linger_ms: int = 5) -> None:
        self._settings = settings
        self._linger_ms = linger_ms
        self._producer: AIOKafkaProducer | None = None
        self._waiting: deque[tuple[Record, asyncio.Future[object]]] = deque()
        self._waiting_bytes = 0

    async def start(self) -> None:
        """Connect to the broker, however long it takes to answer."""
        while True:
            producer = make_producer(self._settings, linger_ms=self._linger_ms)
            try:
                await producer.start()
            except KafkaError as wrong:
                _log.warning("broker_unreachable", broker=self._settings.broker, error=str(wrong))
                await producer.stop()
                await asyncio.sleep(RETRY_S)
            else:
                self._producer = producer
                return

    async def stop(self) -> None:
        """Let go of the broker; what is not confirmed is given up."""
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None
        for _, future in self._waiting:
            if not future.done():
                future.cancel()
            elif not future.cancelled():
                future.exception()
        self._waiting.clear()

    async def write(self, records: Sequence[Record]) -> None:
        """Hand records to the producer; they are surely written once ``settle`` has returned."""
        for record in records:
            self._waiting.append((record, await self._send(record)))
            self._waiting_bytes += len(record.value)

    async def settle(self, *, unconfirmed_bytes: int = 0) -> None:
        """Wait until no more than ``unconfirmed_bytes`` of values wait for the broker's word."""
        while self._waiting and self._waiting_bytes > unconfirmed_bytes:
            record, future = self._waiting[0]
            try:
                await future
            except (KafkaError, asyncio.CancelledError) as wrong:
                if isinstance(wrong, asyncio.CancelledError) and not future.cancelled():
                    raise
                await self._write_again(str(wrong))
                continue
            self._waiting.popleft()
            self._waiting_bytes -= len(record.value)

    async def _send(self, record: Record) -> "asyncio.Future[object]":
        while True:
            if self._producer is None:
                await self.start()
            try:
                assert self._producer is not None  # noqa: S101 - start() has set it
                future: asyncio.Future[object] = await self._producer.send(
                    record.topic,
                    record.value,
                    key=record.key,
                    partition=record.partition,
                    timestamp_ms=record.timestamp_ms,
                    headers=list(record.headers),
                )
            except KafkaError as wrong:
                _log.warning("record_not_taken", topic=record.topic, error=str(wrong))
                await asyncio.sleep(RETRY_S)
            else:
                return future

    async def _write_again(self, reason: str) -> None:
        """After a failure start over with a new producer and all records that were not confirmed."""
        _log.warning("records_written_again", records=len(self._waiting), error=reason)
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()
        kept = [(record, future) for record, future in self._waiting if not _is_confirmed(future)]
        self._waiting.clear()
        self._waiting_bytes = 0
        await self.write([record for record, _ in kept])


def _is_confirmed(future: "asyncio.Future[object]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
