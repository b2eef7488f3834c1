"""The true end of a log on a broker that understates it: Tansu counts one record of the last batch."""

import time
from collections.abc import Mapping
from typing import Any, Final

from aiokafka import TopicPartition
from faust.types import TP

from runtime.errors import ServiceError
from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from runtime.topics.ends import read_ends

POLL_MS: Final = 200
STALLED_AFTER_S: Final = 30.0


class LogTail:
    """Reads what stands behind given offsets, to the end that a fetch reports."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def read(self, offsets: Mapping[TP, int]) -> list[Any]:
        """The records from each partition's offset on.

        Raises:
            ServiceError: the broker stops answering before the end.
        """
        if not offsets:
            return []
        consumer = make_consumer(self._settings)
        await consumer.start()
        try:
            starts = {TopicPartition(*tp): offset for tp, offset in offsets.items()}
            consumer.assign(list(starts))
            ends = await read_ends(consumer, starts)
            for partition, offset in starts.items():
                consumer.seek(partition, offset)
            behind = {partition for partition, offset in starts.items() if offset < ends[partition]}
            found: list[Any] = []
            stalled_at = time.monotonic() + STALLED_AFTER_S
            # a fetch that comes late is no end: a loaded machine may need longer for it than one poll waits
            while behind:
                for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                    stalled_at = time.monotonic() + STALLED_AFTER_S
                    found.extend(records)
                behind = {partition for partition in behind if await consumer.position(partition) < ends[partition]}
                if time.monotonic() > stalled_at:
                    raise ServiceError(f"the broker stopped answering before the end of {', '.join(map(str, behind))}")
            return found
        finally:
            await consumer.stop()
