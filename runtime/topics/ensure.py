"""Create what is missing of Headway's topics, and refuse a broker on which keys would lie in other partitions."""

from collections.abc import Iterable
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from runtime.errors import ServiceError
from runtime.settings import Settings
from runtime.topics.connection import administer
from runtime.topics.epoch import find_epoch, raise_epoch
from runtime.topics.layout import list_layouts, refuse_mismatch
from schemas import topics
from schemas.namespace import topic_name
from schemas.topics import Topic

_CREATE_TIMEOUT_MS: Final = 30_000


async def ensure_topics(settings: Settings) -> int:
    """Create every topic that is missing; return the epoch of the topics.

    Safe to call from several processes at once. A feed topic created here begins at offset 0, so the epoch rises with
    it: watermarks of an earlier one do not count against the new offsets.

    Raises:
        UserError: a topic has another number of partitions than ``settings`` say.
        ServiceError: the broker cannot be reached or refused.
    """
    async with administer(settings) as admin:
        layouts = await list_layouts(admin, settings)
        refuse_mismatch(layouts, settings)
        created = await create_topics(admin, settings, [topic for topic in topics.ALL if topic not in layouts])
    if any(topic in created for topic in topics.FEEDS):
        return await raise_epoch(settings)
    epoch = await find_epoch(settings)
    return await raise_epoch(settings) if epoch is None else epoch


async def create_topics(admin: AIOKafkaAdminClient, settings: Settings, missing: Iterable[Topic]) -> list[Topic]:
    """Create ``missing`` topics; return those that nobody else created meanwhile.

    Raises:
        ServiceError: the broker refused one.
    """
    by_name = {topic_name(topic, settings.namespace): topic for topic in missing}
    if not by_name:
        return []
    wanted = [
        NewTopic(
            name,
            topic.partitions(line_partitions=settings.line_partitions),
            settings.replication,
            topic_configs=topic.config(replication=settings.replication),
        )
        for name, topic in by_name.items()
    ]
    response = await admin.create_topics(wanted, timeout_ms=_CREATE_TIMEOUT_MS)
    created = []
    for name, code, *reason in response.topic_errors:
        if code == 0:
            created.append(by_name[name])
        elif for_code(code) is not TopicAlreadyExistsError:
            raise ServiceError(f"the broker did not create topic {name}: {reason[0] or for_code(code).__name__}")
    return created
