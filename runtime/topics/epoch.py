"""The epoch of the topics: tells offsets of a feed topic from those of an earlier topic of the same name.

It is a record on a compacted topic of its own, so it lives and dies with the topics it speaks of: a broker that lost
its data lost the epoch too, and gets a higher one with its new topics. The value is the second it was made, or one
more than the epoch before where that is higher.
"""

import time
from typing import Final

from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.topics.reading import read_records
from schemas.namespace import topic_name
from schemas.topics import TOPICS_EPOCH

_KEY: Final = b"epoch"


async def find_epoch(settings: Settings) -> int | None:
    """The epoch of the topics; ``None`` where they are not yet made."""
    epochs = [int(record.value) async for record in read_records(settings, TOPICS_EPOCH) if record.value]
    return max(epochs, default=None)


async def raise_epoch(settings: Settings, *, above: int = 0) -> int:
    """Write and return a new epoch, higher than every earlier one on the broker and than ``above``."""
    before = max(above, await find_epoch(settings) or 0)
    epoch = max(int(time.time()), before + 1)
    async with make_producer(settings) as producer:
        await producer.send_and_wait(topic_name(TOPICS_EPOCH, settings.namespace), b"%d" % epoch, key=_KEY)
    return epoch
