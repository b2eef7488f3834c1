"""Read a topic as it stands: from its first record to the last one there is now."""

import time
from collections.abc import AsyncIterator
from typing import Final, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from runtime.errors import ServiceError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.namespace import topic_name
from schemas.topics import Topic

_POLL_MS: Final = 500
_STALLED_AFTER_S: Final = 30.0


class Record(NamedTuple):
    """One record as it lies on a topic; ``timestamp_ms`` is its producer's POSIX time."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


async def read_records(settings: Settings, topic: Topic, *, partitions: int | None = None) -> AsyncIterator[Record]:
    """Every record on ``topic`` at the time of the call; records of one partition come in their order.

    ``partitions`` is how many it has, where that is not what ``settings`` say.

    Raises:
        ServiceError: the broker cannot be reached, has no such topic, or stops answering.
    """
    name = topic_name(topic, settings.namespace)
    count = partitions or topic.partitions(line_partitions=settings.line_partitions)
    assigned = [TopicPartition(name, number) for number in range(count)]
    consumer = make_consumer(settings)
    try:
        await consumer.start()
        consumer.assign(assigned)
        ends = await read_ends(consumer, assigned)
        await consumer.seek_to_beginning(*assigned)
        behind = {partition for partition in assigned if ends[partition] > 0}
        stalled_at = time.monotonic() + _STALLED_AFTER_S
        while behind:
            for partition, records in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                stalled_at = time.monotonic() + _STALLED_AFTER_S
                for record in records:
                    if record.offset < ends[partition]:
                        place = (record.partition, record.offset, record.timestamp)
                        yield Record(*place, record.key, record.value, tuple(record.headers))
            behind = {partition for partition in behind if await consumer.position(partition) < ends[partition]}
            if time.monotonic() > stalled_at:
                raise ServiceError(f"the broker at {settings.broker} stopped answering while {name} was read")
    except KafkaError as refused:
        raise ServiceError(f"topic {name} on the broker at {settings.broker} cannot be read: {refused}") from None
    finally:
        await consumer.stop()


async def read_last_records(settings: Settings, topic: Topic, *, partitions: int | None = None) -> dict[bytes, Record]:
    """The last record of every key on ``topic``, deleted keys left out: what compaction would keep."""
    last: dict[bytes, Record] = {}
    async for record in read_records(settings, topic, partitions=partitions):
        if record.key is None:
            continue
        if record.value is None:
            last.pop(record.key, None)
        else:
            last[record.key] = record
    return last
