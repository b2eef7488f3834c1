"""Follows the scores topic: a day's records at the start, then each as it comes."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from runtime.kafka_clients import make_consumer
from runtime.settings import Settings
from schemas.namespace import topic_name
from schemas.scores import HOURS_KEPT
from schemas.topics import FORECAST_SCORES
from streams.serving.score_view import ScoreView

_log = structlog.get_logger(__name__)

POLL_MS: Final = 1_000
BATCH: Final = 4_000
RETRY_S: Final = 1.0
_HOUR_S: Final = 3600


async def follow_scores(settings: Settings, view: ScoreView, on_move: Callable[[], None] = lambda: None) -> None:
    """Take every record into ``view`` until cancelled; ``on_move`` is told of each turn."""
    topic = topic_name(FORECAST_SCORES, settings.namespace)
    partitions = [TopicPartition(topic, number) for number in range(settings.line_partitions)]
    consumer = make_consumer(settings, max_poll_records=BATCH)
    await consumer.start()
    try:
        consumer.assign(partitions)
        since_ms = int((time.time() - (HOURS_KEPT + 1) * _HOUR_S) * 1000)
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
        for partition in partitions:
            at = found.get(partition)
            if at is None:
                await consumer.seek_to_end(partition)
            else:
                consumer.seek(partition, at.offset)
        while True:
            on_move()
            try:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as wrong:
                _log.warning("scores_not_read", error=str(wrong))
                await asyncio.sleep(RETRY_S)
                continue
            for records in batches.values():
                for record in records:
                    _take(view, record.key, record.value)
    finally:
        await consumer.stop()


def _take(view: ScoreView, key: bytes | None, value: bytes | None) -> None:
    if key is None or value is None:
        return
    try:
        view.take(key.decode(), value)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        _log.error("scores_unreadable", line=repr(key), reason=str(wrong))
