"""A replay's door hears what is asked of it: pause, go on, another speed."""

import asyncio

import msgspec
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from runtime.kafka_clients import make_consumer
from runtime.settings import ReplaySettings, Settings
from schemas.namespace import topic_name
from schemas.replays import ReplayAction, ReplayCommand, decode_replay_command
from schemas.topics import REPLAY_COMMANDS
from streams.doors.pace import Pace

_log = structlog.get_logger(__name__)

POLL_MS = 500
RETRY_S = 0.5


async def follow_commands(settings: Settings, replay: ReplaySettings, pace: Pace) -> None:
    """Apply the commands to ``replay`` from its first unheard one on, until cancelled."""
    place = TopicPartition(topic_name(REPLAY_COMMANDS, replay.service_namespace), 0)
    consumer = make_consumer(settings)
    await consumer.start()
    try:
        consumer.assign([place])
        consumer.seek(place, replay.from_offset)
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as wrong:
                _log.warning("replay_commands_not_read", error=str(wrong))
                await asyncio.sleep(RETRY_S)
                continue
            for record in (record for records in batches.values() for record in records):
                try:
                    apply_command(decode_replay_command(record.value), replay.id, pace)
                except msgspec.DecodeError as wrong:
                    _log.error("replay_command_unreadable", offset=record.offset, error=str(wrong))
    finally:
        await consumer.stop()


def apply_command(command: ReplayCommand, replay: str, pace: Pace) -> None:
    """Change ``pace`` as ``command`` asks, if it is this replay's; what needs a new run is not the door's to do."""
    if command.replay != replay:
        return
    match command.action:
        case ReplayAction.PAUSE:
            pace.pause()
        case ReplayAction.RESUME:
            pace.resume()
        case ReplayAction.SPEED if command.speed is not None:
            pace.set_speed(command.speed)
        case _:
            return
    _log.info("replay_pace_changed", action=command.action.value, speed=command.speed)
