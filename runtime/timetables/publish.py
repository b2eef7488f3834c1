"""The record of which timetable versions are in force: the topic ``timetable.versions``."""

import msgspec
from aiokafka.errors import KafkaError

from runtime.errors import ServiceError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.timetables.versions_file import write_versions
from runtime.topics.ensure import ensure_topics
from runtime.topics.reading import read_last_records
from schemas.namespace import topic_name
from schemas.timetable_versions import TimetableVersions, decode_timetable_versions, encode_timetable_versions
from schemas.topics import TIMETABLE_VERSIONS


async def read_published_versions(settings: Settings) -> dict[str, TimetableVersions]:
    """The versions of every timetable by name, as the topic has them.

    Raises:
        ServiceError: the broker cannot be reached, or the topic holds what this version of Headway cannot read.
    """
    await ensure_topics(settings)
    records = await read_last_records(settings, TIMETABLE_VERSIONS)
    try:
        return {
            key.decode(): decode_timetable_versions(record.value)
            for key, record in records.items()
            if record.value is not None
        }
    except msgspec.DecodeError as foreign:
        raise ServiceError(f"topic {TIMETABLE_VERSIONS.name} holds what cannot be read: {foreign}") from None


async def publish_versions(settings: Settings, versions: TimetableVersions) -> None:
    """Put a timetable's versions on record, then copy them into the file that processes start from.

    Raises:
        ServiceError: the broker cannot be reached; nothing was changed.
    """
    await ensure_topics(settings)
    producer = make_producer(settings)
    try:
        await producer.start()
        await producer.send_and_wait(
            topic_name(TIMETABLE_VERSIONS, settings.namespace),
            key=versions.name.encode(),
            value=encode_timetable_versions(versions),
        )
    except KafkaError as refused:
        raise ServiceError(f"the broker at {settings.broker} did not take the version: {refused}") from None
    finally:
        await producer.stop()
    write_versions(settings.timetables, versions)
