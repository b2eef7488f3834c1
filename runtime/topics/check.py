"""Compare the topics on the broker with the contract, and say every difference in words."""

from runtime.settings import Settings
from runtime.topics.connection import administer
from runtime.topics.epoch import find_epoch
from runtime.topics.layout import list_config_differences, list_layouts, list_mismatches
from schemas import topics
from schemas.namespace import topic_name


async def list_topic_faults(settings: Settings) -> list[str]:
    """Missing topics, other partitions, too few replicas, other settings, no epoch; empty when all is well.

    Raises:
        ServiceError: the broker cannot be reached or refused.
    """
    async with administer(settings) as admin:
        layouts = await list_layouts(admin, settings)
        differences = await list_config_differences(admin, settings, layouts)
    missing = [topic for topic in topics.ALL if topic not in layouts]
    faults = [f"{topic_name(topic, settings.namespace)} is missing" for topic in missing]
    faults += list_mismatches(layouts, settings)
    for topic, layout in layouts.items():
        if layout.replication < settings.replication:
            name = topic_name(topic, settings.namespace)
            faults.append(f"{name} has {layout.replication} replicas instead of {settings.replication}")
    for topic, wrong in differences.items():
        for key, (found, expected) in wrong.items():
            faults.append(f"{topic_name(topic, settings.namespace)} has {key}={found} instead of {expected}")
    if topics.TOPICS_EPOCH not in missing and await find_epoch(settings) is None:
        faults.append(f"{topic_name(topics.TOPICS_EPOCH, settings.namespace)} holds no epoch")
    return faults
