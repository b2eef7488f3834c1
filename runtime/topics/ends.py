"""Where a partition ends.

A broker's answer to "which offset is the latest" is not always it: Tansu names the one after the first record of the
last batch, whatever else the batch holds. What a fetch tells of the partition's end is right on every broker.
"""

import time
from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from runtime.errors import ServiceError

_POLL_MS: Final = 100
_WITHIN_S: Final = 30.0


async def read_ends(consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """The offset after the last record of each partition; moves the consumer, which must have them assigned by hand.

    Raises:
        ServiceError: the broker does not answer.
    """
    ends: dict[TopicPartition, int] = dict(await consumer.end_offsets(list(partitions)))
    unsure = {partition for partition, end in ends.items() if end > 0}
    for partition in unsure:
        consumer.seek(partition, ends[partition] - 1)
    until = time.monotonic() + _WITHIN_S
    while unsure:
        await consumer.getmany(*unsure, timeout_ms=_POLL_MS, max_records=1)
        for partition in list(unsure):
            told = consumer.highwater(partition)
            if told is not None:
                ends[partition] = max(ends[partition], told)
                unsure.discard(partition)
        if time.monotonic() > until:
            raise ServiceError(f"the broker does not say where {', '.join(map(str, unsure))} end")
    return ends
