"""Add partners' usage reports to the ledger, each once: the ledger first, then the offset."""

import asyncio
import itertools
import math
import time
from typing import Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer
from prometheus_client import Counter

from runtime.errors import ServiceError
from runtime.kafka_clients import make_consumer
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated
from runtime.ledger.usage import forget_reports, record_usage
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from schemas.topics import PARTNER_USAGE
from schemas.usage import UsageReport
from streams.committing import commit_where_mine
from streams.health_port import Health

GROUP: Final = "metering"
POLL_MS: Final = 1000
RETRY_S: Final = 0.5
RETRY_MAX_S: Final = 10.0
KEEP_IDS_S: Final = 30 * 86_400
"""Ids of counted reports outlive the topic's records several times over, so none is counted again."""

FORGET_EVERY_S: Final = 3600.0

REPORTS: Final = Counter("headway_metering_reports", "Usage reports read, by whether they were new.", ["seen"])

_decoder = msgspec.msgpack.Decoder(UsageReport)
_log = structlog.get_logger(__name__)


async def run_metering(settings: Settings, health: Health) -> None:
    """Count reports until cancelled.

    A batch read again after a crash counts nothing twice: the ledger keeps the reports' ids. While the ledger is away
    the batch is tried again, and nothing is committed.

    Raises:
        UserError: the database lacks this version's tables.
        ServiceError: the broker or the database cannot be reached at the start.
    """
    await ensure_topics(settings)
    ledger = Ledger(settings.database)
    consumer = make_consumer(settings, PARTNER_USAGE, group=GROUP)
    try:
        await check_migrated(ledger)
        await consumer.start()
        forget_at = -math.inf
        while True:
            if time.monotonic() >= forget_at and await _forget_old_reports(ledger):
                forget_at = time.monotonic() + FORGET_EVERY_S
            await _meter_batch(consumer, ledger, health)
            health.progress()
    finally:
        await consumer.stop()
        await ledger.close()


async def _forget_old_reports(ledger: Ledger) -> bool:
    """Whether the ledger could be asked to."""
    try:
        async with ledger.write() as session:
            await forget_reports(session, before_s=int(time.time()) - KEEP_IDS_S)
    except ServiceError as failed:
        _log.warning("usage_reports_not_forgotten", error=str(failed))
        return False
    return True


async def _meter_batch(consumer: AIOKafkaConsumer, ledger: Ledger, health: Health) -> None:
    batches = await consumer.getmany(timeout_ms=POLL_MS)
    if not batches:
        return
    reports = [report for records in batches.values() for record in records if (report := _decode(record.value))]
    for attempt in itertools.count():
        if await _count(ledger, reports):
            break
        health.move()  # a ledger that is away is waited for
        await asyncio.sleep(min(RETRY_MAX_S, RETRY_S * 2 ** min(attempt, 10)))
    await commit_where_mine(consumer)


async def _count(ledger: Ledger, reports: list[UsageReport]) -> bool:
    try:
        async with ledger.write() as session:
            new = await record_usage(session, reports)
    except ServiceError as failed:
        _log.warning("usage_not_counted", error=str(failed), held=len(reports))
        return False
    REPORTS.labels("new").inc(new)
    REPORTS.labels("repeated").inc(len(reports) - new)
    return True


def _decode(value: bytes) -> UsageReport | None:
    try:
        return _decoder.decode(value)
    except msgspec.DecodeError as wrong:
        _log.error("usage_report_undecodable", error=str(wrong), size=len(value))
        return None
