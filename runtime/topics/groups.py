"""Who reads Headway's topics, and how much each has yet to read."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.connection import administer
from runtime.topics.ends import read_ends
from schemas.namespace import topic_name
from schemas.topics import Topic

_EMPTY_STATES = ("Empty", "Dead")


@dataclass(frozen=True, slots=True)
class GroupLag:
    """A consumer group: how many of a topic's records it has not committed, and whether members run."""

    group: str
    topic: Topic
    records: int


async def list_groups(admin: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    """The consumer groups of this namespace."""
    groups = [group for group, *_ in await admin.list_consumer_groups()]
    prefix = f"{settings.namespace}:" if settings.namespace else ""
    return sorted(group for group in groups if (group.startswith(prefix) if prefix else ":" not in group))


async def list_active_groups(settings: Settings) -> list[str]:
    """The groups of this namespace that have members running."""
    active = []
    async with administer(settings) as admin:
        for group in await list_groups(admin, settings):
            for response in await admin.describe_consumer_groups([group]):
                active += [name for _, name, state, *_ in response.groups if state not in _EMPTY_STATES]
    return active


async def list_lags(settings: Settings, topics: Iterable[Topic], *, partitions: int | None = None) -> list[GroupLag]:
    """What each group has yet to read of each topic that it has ever committed.

    ``partitions`` is how many the line topics have, where that is not what ``settings`` say.
    """
    line_partitions = partitions or settings.line_partitions
    by_name = {topic_name(topic, settings.namespace): topic for topic in topics}
    places = [
        TopicPartition(name, number)
        for name, topic in by_name.items()
        for number in range(topic.partitions(line_partitions=line_partitions))
    ]
    async with administer(settings) as admin:
        groups = await list_groups(admin, settings)
        committed = {group: await admin.list_consumer_group_offsets(group, partitions=places) for group in groups}
    ends = await _read_ends(settings, places)
    lags: dict[tuple[str, str], int] = {}
    for group, offsets in committed.items():
        read = {place: offset.offset for place, offset in offsets.items()}
        topics_read = {place.topic for place, offset in read.items() if offset > 0}
        for place in places:
            if place.topic in topics_read:
                behind = max(0, ends[place] - max(0, read.get(place, 0)))
                lags[group, place.topic] = lags.get((group, place.topic), 0) + behind
    return [GroupLag(group, by_name[name], records) for (group, name), records in lags.items()]


async def _read_ends(settings: Settings, places: list[TopicPartition]) -> dict[TopicPartition, int]:
    consumer = make_consumer(settings)
    await consumer.start()
    try:
        consumer.assign(places)
        return await read_ends(consumer, places)
    finally:
        await consumer.stop()
