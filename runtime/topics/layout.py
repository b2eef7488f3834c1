"""How the topics stand on the broker: which exist, with how many partitions, and how that differs from the contract."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from runtime.errors import UserError
from runtime.settings import Settings
from schemas import topics
from schemas.namespace import topic_name
from schemas.topics import Topic


@dataclass(frozen=True, slots=True)
class TopicLayout:
    """A topic that exists: its partitions and the replicas of each."""

    partitions: int
    replication: int


async def list_layouts(admin: AIOKafkaAdminClient, settings: Settings) -> dict[Topic, TopicLayout]:
    """Those of Headway's topics that exist on the broker."""
    known = set(await admin.list_topics())
    present = {topic_name(topic, settings.namespace): topic for topic in topics.ALL}
    names = [name for name in present if name in known]
    if not names:
        return {}
    layouts = {}
    for described in await admin.describe_topics(names):
        partitions = described["partitions"]
        replication = min((len(partition["replicas"]) for partition in partitions), default=0)
        layouts[present[described["topic"]]] = TopicLayout(len(partitions), replication)
    return layouts


def list_mismatches(layouts: dict[Topic, TopicLayout], settings: Settings) -> list[str]:
    """Topics whose partitions differ from this deployment's, in words."""
    mismatches = []
    for topic, layout in layouts.items():
        expected = topic.partitions(line_partitions=settings.line_partitions)
        if layout.partitions != expected:
            name = topic_name(topic, settings.namespace)
            mismatches.append(f"{name} has {layout.partitions} partitions instead of {expected}")
    return mismatches


def refuse_mismatch(layouts: dict[Topic, TopicLayout], settings: Settings) -> None:
    """Stop where a key would change its partition.

    Raises:
        UserError: a topic has another number of partitions than this deployment's settings say.
    """
    mismatches = list_mismatches(layouts, settings)
    if mismatches:
        raise UserError(
            f"{'; '.join(mismatches)}: set HEADWAY_LINE_PARTITIONS to what the topics have, "
            "or stop everything and run `headway topics migrate`"
        )


async def list_config_differences(
    admin: AIOKafkaAdminClient, settings: Settings, present: Iterable[Topic]
) -> dict[Topic, dict[str, tuple[str | None, str]]]:
    """Settings of existing topics that differ from the contract: setting to (found, expected)."""
    by_name = {topic_name(topic, settings.namespace): topic for topic in present}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in by_name]
    differences: dict[Topic, dict[str, tuple[str | None, str]]] = {}
    for response in await admin.describe_configs(resources) if resources else ():
        for resource in response.resources:
            topic = by_name[resource[3]]
            found = {entry[0]: entry[1] for entry in resource[4]}
            expected = topic.config(replication=settings.replication)
            wrong = {key: (found.get(key), value) for key, value in expected.items() if found.get(key) != value}
            if wrong:
                differences[topic] = wrong
    return differences
