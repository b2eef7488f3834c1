"""Add partners' usage reports to the ledger, each once: the ledger first, then the offset."""

import asyncio
from typing import Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from runtime.errors import ServiceError
from runtime.kafka_clients import make_consumer
from runtime.ledger.database import Ledger
from runtime.ledger.usage import forget_reports, record_usage
from runtime.settings import Settings
from schemas.topics import PARTNER_USAGE
from schemas.usage import UsageReport

GROUP: Final = "metering"
POLL_MS: Final = 1000
RETRY_S: Final = 1.0
KEEP_IDS_S: Final = 30 * 86_400
"""Ids of counted reports outlive the topic's records several times over, so none is counted again."""

_decoder = msgspec.msgpack.Decoder(UsageReport)
_log = structlog.get_logger(__name__)


async def meter_usage(settings: Settings, ledger: Ledger, *, until: asyncio.Event) -> int:
    """Count reports until told to stop, and return how many were new.

    A batch read again after a crash counts nothing twice: the ledger keeps the reports' ids. While the ledger is away
    the batch is tried again, and nothing is committed.

    Raises:
        ServiceError: the broker cannot be reached at the start.
    """
    consumer = make_consumer(settings, PARTNER_USAGE, group=GROUP)
    counted = 0
    try:
        await consumer.start()
        while not until.is_set():
            counted += await _meter_batch(consumer, ledger, until)
    except KafkaError as failed:
        raise ServiceError(f"the broker at {settings.broker}: {failed}") from None
    finally:
        await consumer.stop()
    return counted


async def forget_old_reports(ledger: Ledger, now_s: float) -> None:
    """Drop the ids of reports that cannot come again at ``now_s`` (POSIX s)."""
    async with ledger.write() as session:
        await forget_reports(session, before_s=int(now_s) - KEEP_IDS_S)


async def _meter_batch(consumer: AIOKafkaConsumer, ledger: Ledger, until: asyncio.Event) -> int:
    batches = await consumer.getmany(timeout_ms=POLL_MS)
    reports = [report for records in batches.values() for record in records if (report := _decode(record.value))]
    if not batches:
        return 0
    new = 0
    while reports and not until.is_set():
        try:
            async with ledger.write() as session:
                new = await record_usage(session, reports)
            break
        except ServiceError as failed:
            _log.warning("usage_not_counted", error=str(failed), held=len(reports))
            await asyncio.sleep(RETRY_S)
    else:
        if reports:
            return 0
    try:
        await consumer.commit()
    except (CommitFailedError, IllegalStateError) as moved:
        # Another member has the partition now and reads these again; their ids are counted.
        _log.info("usage_offset_moved", error=str(moved))
    return new


def _decode(value: bytes) -> UsageReport | None:
    try:
        return _decoder.decode(value)
    except msgspec.DecodeError as wrong:
        _log.error("usage_report_undecodable", error=str(wrong), size=len(value))
        return None
