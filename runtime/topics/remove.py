"""Take a namespace off the broker: its topics. Groups that read nothing else end with them, as the broker sees to."""

from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownTopicOrPartitionError, for_code

from runtime.errors import ServiceError
from runtime.settings import Settings
from runtime.topics.connection import administer
from schemas.namespace import topic_name
from schemas.topics import ALL

_TIMEOUT_MS: Final = 30_000


async def remove_namespaces(settings: Settings, prefix: str) -> list[str]:
    """Delete the topics of every namespace that begins with ``prefix``; return the topics deleted.

    Raises:
        ServiceError: the broker cannot be reached or refused.
        ValueError: without a prefix this would be the live service's too.
    """
    if not prefix:
        raise ValueError("the live service's topics are not removed")
    suffixes = tuple(f".{topic_name(topic)}" for topic in ALL)
    async with administer(settings) as admin:
        names = [name for name in await admin.list_topics() if name.startswith(prefix) and name.endswith(suffixes)]
        if names:
            await _delete(admin, names)
    return names


async def _delete(admin: AIOKafkaAdminClient, names: list[str]) -> None:
    response = await admin.delete_topics(names, timeout_ms=_TIMEOUT_MS)
    for name, code, *_ in response.topic_error_codes:
        if code != 0 and for_code(code) is not UnknownTopicOrPartitionError:
            raise ServiceError(f"the broker did not delete topic {name}: {for_code(code).__name__}")
