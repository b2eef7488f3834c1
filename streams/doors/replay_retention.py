"""Keeps a replay's records: by their own time they are older than a topic's retention the moment they are written."""

import time
from collections.abc import Iterable

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from runtime.settings import Settings
from runtime.topics.connection import administer
from schemas.namespace import topic_name
from schemas.topics import FEEDS
from streams.doors.poll import Source
from streams.doors.recording_source import RecordingSource


async def keep_replayed(settings: Settings, sources: Iterable[Source]) -> None:
    """Lengthen the feed topics' retention by the age of the oldest recording, where Kafka would else delete it.

    Raises:
        ServiceError: the broker cannot be reached or refused.
    """
    recorded = [source.times[0] for source in sources if isinstance(source, RecordingSource)]
    if not recorded or not settings.broker_idempotence:
        return  # the laptop's broker deletes nothing
    age_ms = max(int(time.time()) - min(recorded), 0) * 1000
    configs = {}
    for topic in FEEDS:
        config = topic.config(replication=settings.replication)
        config["retention.ms"] = str(int(config["retention.ms"]) + age_ms)
        configs[topic_name(topic, settings.namespace)] = config
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in configs.items()]
    async with administer(settings) as admin:
        await admin.alter_configs(resources)
