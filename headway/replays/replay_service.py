"""The replay service: hears commands on a topic, runs a tree of processes for each replay, tells how each stands."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from redis.asyncio import Redis
from redis.exceptions import RedisError

from headway.replays.replay_tree import clear_namespaces
from headway.replays.running_replay import RunningReplay
from runtime.errors import HeadwayError, ServiceError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.store_connection import StoreConnection
from runtime.topics.ensure import ensure_topics
from schemas.namespace import replay_prefix, topic_name
from schemas.replays import (
    ReplayAction,
    ReplayCommand,
    ReplayStage,
    ReplayState,
    decode_replay_command,
    encode_replay_state,
)
from schemas.store_keys import replays
from schemas.topics import REPLAY_COMMANDS
from streams.health_port import Health

_log = structlog.get_logger(__name__)

GROUP: Final = "replays"
POLL_MS: Final = 200
TELL_EVERY_S: Final = 0.5
_STORE_TIMEOUT_S: Final = 2.0


class ReplayService:
    """All replays beside one live service."""

    def __init__(self, settings: Settings, store: Redis, on_move: Callable[[], None] = lambda: None) -> None:
        """``on_move`` is told of each step of what takes seconds: the service is not stuck."""
        self._settings = settings
        self._on_move = on_move
        self._store = store
        self._replays: dict[str, RunningReplay] = {}
        self._refused: dict[str, tuple[float, ReplayState]] = {}
        self._next_offset = 0

    async def run(self, consumer: AIOKafkaConsumer, health: Health) -> None:
        """Serve until cancelled; then every replay is ended and leaves nothing behind.

        Raises:
            ServiceError: the broker cannot be reached.
        """
        await self._clear()
        tell_at = 0.0
        try:
            while True:
                for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                    for record in records:
                        self._next_offset = record.offset + 1
                        await self._hear(record)
                        place = TopicPartition(record.topic, record.partition)
                        await consumer.commit({place: record.offset + 1})
                if time.monotonic() >= tell_at:
                    await self._look()
                    tell_at = time.monotonic() + TELL_EVERY_S
                health.progress()
        finally:
            await asyncio.gather(*(replay.stop(self._store) for replay in self._replays.values()))
            await self._clear()

    async def _clear(self) -> None:
        """Take away what replays of an earlier service left: none outlives the service."""
        await clear_namespaces(self._settings, self._store, replay_prefix(self._settings.namespace))
        await self._store.delete(replays(self._settings.namespace))

    async def _hear(self, record: Any) -> None:
        try:
            command = decode_replay_command(record.value)
        except msgspec.DecodeError as wrong:
            _log.error("replay_command_unreadable", offset=record.offset, error=str(wrong))
            return
        replay = self._replays.get(command.replay)
        try:
            if command.action is ReplayAction.START:
                await self._start(command)
            elif replay is None and self._refused.pop(command.replay, None) is None:
                _log.warning("replay_unknown", replay=command.replay, action=command.action.value)
            elif command.action is ReplayAction.STOP and replay is not None:
                await self._stop(command.replay)
            elif replay is not None:
                await replay.apply(self._store, command, self._next_offset)
        except HeadwayError as wrong:
            self._fail(command, str(wrong))
        await self._tell()

    async def _start(self, command: ReplayCommand) -> None:
        if command.plan is None or command.replay in self._replays:
            _log.warning("replay_not_started", replay=command.replay, known=command.replay in self._replays)
            return
        if len(self._replays) >= self._settings.replays_max:
            self._fail(command, f"{len(self._replays)} replays run already, as many as may; stop one first")
            return
        replay = RunningReplay(self._settings, command.replay, command.plan, self._on_move)
        self._replays[command.replay] = replay
        await self._tell()
        await replay.begin(self._store, at_s=replay.state.first_s, next_offset=self._next_offset)

    async def _stop(self, name: str) -> None:
        replay = self._replays.pop(name)
        await self._tell()
        await replay.stop(self._store)

    def _fail(self, command: ReplayCommand, reason: str) -> None:
        _log.warning("replay_refused", replay=command.replay, action=command.action.value, reason=reason)
        replay = self._replays.get(command.replay)
        if replay is not None:
            if command.action is ReplayAction.START:
                replay.fail(reason)
            return
        if command.plan is not None:
            now = int(time.time())
            state = ReplayState(
                replay=command.replay, plan=command.plan, stage=ReplayStage.FAILED, namespace="", round=0,
                speed=command.plan.speed, first_s=0, last_s=0, position_s=0, shift_s=0, updated_at=now, error=reason,
            )  # fmt: skip
            self._refused[command.replay] = (time.monotonic() + 60, state)

    async def _look(self) -> None:
        for name, replay in list(self._replays.items()):
            try:
                await replay.look(self._store, self._next_offset)
            except HeadwayError as wrong:
                replay.fail(str(wrong))
            if replay.is_over:
                await self._stop(name)
        await self._tell()

    async def _tell(self) -> None:
        """Write every state: a flushed store is filled again by this."""
        now = time.monotonic()
        self._refused = {name: kept for name, kept in self._refused.items() if kept[0] > now}
        states = {name: kept[1] for name, kept in self._refused.items()}
        states |= {name: replay.state for name, replay in self._replays.items()}
        key = replays(self._settings.namespace)
        packed = {name: encode_replay_state(state) for name, state in states.items()}
        try:
            async with self._store.pipeline(transaction=True) as batch:
                batch.delete(key)
                for name, state in packed.items():
                    batch.hset(key, name, state)
                await batch.execute()
        except (RedisError, OSError) as lost:
            _log.warning("replays_not_told", error=str(lost))


async def run_replays(settings: Settings, health: Health) -> None:
    """Serve replays until cancelled.

    Raises:
        ServiceError: the broker or the store cannot be reached.
    """
    await ensure_topics(settings)
    store = Redis.from_url(
        settings.store,
        connection_class=StoreConnection,
        socket_timeout=_STORE_TIMEOUT_S,
        socket_connect_timeout=_STORE_TIMEOUT_S,
    )
    consumer = make_consumer(settings, group=GROUP)
    consumer.subscribe([topic_name(REPLAY_COMMANDS, settings.namespace)])
    await consumer.start()
    try:
        await ReplayService(settings, store, health.move).run(consumer, health)
    except RedisError as lost:
        raise ServiceError(f"the store cannot be reached: HEADWAY_STORE says where it is ({lost})") from None
    finally:
        await consumer.stop()
        await store.aclose()
