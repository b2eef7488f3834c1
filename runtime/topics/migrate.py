"""Give the line topics another number of partitions: the one way to change which partition a line's key lies in.

Everything that reads or writes must be stopped. What the topics hold goes to a file, the topics are made anew, and the
file's records are sent to them under their keys' new partitions. Interrupted, the same command goes on from the file.
"""

import asyncio
import time
from pathlib import Path
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from runtime.errors import ServiceError, UserError
from runtime.settings import Settings
from runtime.topics.carry import send_carried, write_carried
from runtime.topics.connection import administer
from runtime.topics.ensure import create_topics, ensure_topics
from runtime.topics.epoch import raise_epoch
from runtime.topics.groups import list_active_groups, list_lags
from runtime.topics.layout import TopicLayout, list_layouts
from schemas import topics
from schemas.namespace import scoped, topic_name
from schemas.topics import Topic

CARRIED: Final = (topics.LINE_FORECASTS, topics.LINE_PASSAGES, topics.FORECAST_SCORES)
"""What comes along. Feed messages do not: they have been read."""

_REMADE: Final = (*topics.FEEDS, *CARRIED)
_GONE_WITHIN_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.2


def carried_file(settings: Settings) -> Path:
    """Where records wait between the old topics and the new."""
    return settings.data_folder / f"{scoped('topics', settings.namespace).replace(':', '-')}-migrating"


async def migrate_topics(settings: Settings, *, partitions: int) -> int:
    """Make the line topics anew with ``partitions`` and carry over what they hold; return how many records moved.

    Raises:
        UserError: something still runs, or feed messages are unread.
        ServiceError: the broker cannot be reached or refused.
    """
    file = carried_file(settings)
    wanted = settings.model_copy(update={"line_partitions": partitions})
    async with administer(settings) as admin:
        layouts = await list_layouts(admin, settings)
    if not file.exists():
        present = {topic: layouts[topic] for topic in _REMADE if topic in layouts}
        if all(layout.partitions == partitions for layout in present.values()):
            await ensure_topics(wanted)
            return 0
        await _write_out(settings, file, present)
    async with administer(settings) as admin:
        layouts = await list_layouts(admin, settings)
        await _delete(admin, settings, [topic for topic in _REMADE if topic in layouts])
        await create_topics(admin, wanted, _REMADE)
    await ensure_topics(wanted)
    await raise_epoch(wanted)
    return await send_carried(wanted, file)


async def _write_out(settings: Settings, file: Path, present: dict[Topic, TopicLayout]) -> None:
    counts = {layout.partitions for layout in present.values()}
    if len(counts) != 1:
        raise UserError(f"the line topics differ in their partitions ({sorted(counts)}): something else changed them")
    (current,) = counts
    active = await list_active_groups(settings)
    if active:
        raise UserError(f"stop everything that reads the topics first; still running: {', '.join(active)}")
    unread = [lag for lag in await list_lags(settings, topics.FEEDS, partitions=current) if lag.records]
    if unread:
        told = ", ".join(f"{lag.records} of {lag.topic.name} by {lag.group}" for lag in unread)
        raise UserError(f"feed messages are unread ({told}): stop the doors alone, let the trackers finish, stop them")
    carried = tuple(topic for topic in CARRIED if topic in present)
    await write_carried(settings, file, carried, line_partitions=current)


async def _delete(admin: AIOKafkaAdminClient, settings: Settings, present: list[Topic]) -> None:
    if not present:
        return
    await admin.delete_topics([topic_name(topic, settings.namespace) for topic in present])
    until = time.monotonic() + _GONE_WITHIN_S
    while set(present) & set(await list_layouts(admin, settings)):
        if time.monotonic() > until:
            raise ServiceError(f"the broker at {settings.broker} did not delete its topics; run the command again")
        await asyncio.sleep(_LOOK_EVERY_S)
