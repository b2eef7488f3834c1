"""Writes records so that none is lost: what the broker does not confirm is written again, in its order."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog
from aiokafka.errors import KafkaError
from aiokafka.protocol.produce import ProduceRequest

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


class WriteFencedError(KafkaError):  # type: ignore[misc]  # the library ships no types
    """Records that the producer still held were not sent: whoever wrote them may not write any more."""


class RecordWriter:
    """A producer that holds on to each record until the broker has it.

    ``may_write`` is asked right before each request to the broker: a process that was frozen and wakes too late sends
    nothing of what it held.
    """

    def __init__(self, settings: Settings, *, linger_ms: int = 5, may_write: Callable[[], bool] | None = None) -> None:
        self._settings = settings
        self._may_write = may_write
        self._linger_ms = linger_ms
        self._producer: AIOKafkaProducer | None = None
        self._waiting: deque[tuple[Record, asyncio.Future[object]]] = deque()
        self._waiting_bytes = 0
        self._turn = asyncio.Lock()
        """Several tasks may write: one at a time waits for the oldest record and takes it off."""

    async def start(self) -> None:
        """Connect to the broker, however long it takes to answer."""
        while True:
            producer = make_producer(self._settings, linger_ms=self._linger_ms)
            if self._may_write is not None:
                _fence(producer, self._may_write)
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
        async with self._turn:
            await self._write(records)

    async def _write(self, records: Sequence[Record]) -> None:
        for record in records:
            self._waiting.append((record, await self._send(record)))
            self._waiting_bytes += len(record.value)

    async def settle(self, *, unconfirmed_bytes: int = 0) -> None:
        """Wait until no more than ``unconfirmed_bytes`` of values wait for the broker's word.

        Raises:
            WriteFencedError: nothing may be written any more; what was not sent yet never will be.
        """
        async with self._turn:
            await self._settle(unconfirmed_bytes)

    async def _settle(self, unconfirmed_bytes: int) -> None:
        while self._waiting and self._waiting_bytes > unconfirmed_bytes:
            record, future = self._waiting[0]
            try:
                await future
            except WriteFencedError:
                raise
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
        await self._write([record for record, _ in kept])


def _is_confirmed(future: "asyncio.Future[object]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _fence(producer: "AIOKafkaProducer", may_write: Callable[[], bool]) -> None:
    """Let the producer's own task send records only while ``may_write`` says so, at the very last moment."""
    client: Any = producer.client
    send = client.send

    async def send_fenced(node_id: int, request: Any, **options: Any) -> Any:
        if isinstance(request, ProduceRequest):
            # connecting may take long; once this has returned, nothing is awaited between the look and the socket
            await client.ready(node_id)
            if not may_write():
                raise WriteFencedError
        return await send(node_id, request, **options)

    client.send = send_fenced
