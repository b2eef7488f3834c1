"""The true end of a log on a broker that understates it: Tansu counts one record of the last batch."""

from collections.abc import Mapping
from typing import Any, Final

from aiokafka import TopicPartition
from faust.types import TP

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings

POLL_MS: Final = 200


class LogTail:
    """Reads what stands behind given offsets, to the end that a fetch reports."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def read(self, offsets: Mapping[TP, int]) -> list[Any]:
        """The records from each partition's offset on."""
        if not offsets:
            return []
        consumer = make_consumer(self._settings)
        await consumer.start()
        try:
            partitions = [TopicPartition(*tp) for tp in offsets]
            consumer.assign(partitions)
            for tp, offset in offsets.items():
                consumer.seek(TopicPartition(*tp), offset)
            found: list[Any] = []
            while batches := await consumer.getmany(timeout_ms=POLL_MS):
                found.extend(record for records in batches.values() for record in records)
            return found
        finally:
            await consumer.stop()
