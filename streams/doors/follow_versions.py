"""Follows the topic of timetable versions, from its beginning and for as long as doors run."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Self

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from runtime.errors import UserError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.timetables import read_versions
from schemas.namespace import topic_name
from schemas.timetable_versions import decode_timetable_versions
from schemas.topics import TIMETABLE_VERSIONS
from streams.doors.timetable_in_force import TimetableInForce

_log = structlog.get_logger(__name__)

POLL_MS = 500


class VersionFollower:
    """While entered, tells each timetable in force of its versions; those there at entry are told before it returns.

    ``on_move`` is told of each turn: the process is not stuck.
    """

    def __init__(self, settings: Settings, listeners: Sequence[TimetableInForce], on_move: Callable[[], None]) -> None:
        self._settings = settings
        self._listeners = listeners
        self._on_move = on_move
        self._consumer: AIOKafkaConsumer | None = None
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._consumer = consumer = make_consumer(self._settings)
        await consumer.start()
        partition = TopicPartition(topic_name(TIMETABLE_VERSIONS, self._settings.namespace), 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        while await consumer.position(partition) < end:
            self._on_move()
            await self._read(consumer)
        self._read_folder()
        self._following = asyncio.create_task(self._follow(consumer))
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        if self._consumer is not None:
            await self._consumer.stop()

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            self._on_move()
            try:
                await self._read(consumer)
                self._read_folder()
            except KafkaError as wrong:
                _log.warning("timetable_versions_not_read", error=str(wrong))
                await asyncio.sleep(POLL_MS / 1000)

    def _read_folder(self) -> None:
        """A timetable that the topic does not know yet may have been made known in the folder alone."""
        for listener in self._listeners:
            if listener.is_known:
                continue
            try:
                versions = read_versions(self._settings.timetables, listener.name)
            except UserError as wrong:
                _log.warning("timetable_versions_not_read", timetable=listener.name, error=str(wrong))
                continue
            if versions is not None:
                listener.follow(versions)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
            for record in records:
                try:
                    versions = decode_timetable_versions(record.value or b"")
                except msgspec.DecodeError as wrong:
                    _log.error("timetable_versions_unreadable", offset=record.offset, error=str(wrong))
                    continue
                for listener in self._listeners:
                    listener.follow(versions)
