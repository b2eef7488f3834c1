"""The passages of the archive, or those that the broker still keeps, read for a derived product."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from headway.partners.ledger_session import actor
from runtime.errors import ServiceError, UserError
from runtime.kafka_clients import make_consumer
from runtime.ledger.database import Ledger
from runtime.ledger.derived import Output, keep_output, query_of
from runtime.ledger.migrate import check_migrated
from runtime.ledger.products import get_product
from runtime.recordings.read_passages import UNREADABLE, read_every_passage
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.line_forecasts import decode_passage
from schemas.line_key import split_line_key
from schemas.namespace import topic_name
from schemas.topics import LINE_PASSAGES
from transit.grants.agreements import area_of
from transit.grants.derived import Observed, derive

_POLL_MS = 500
_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Span:
    """Which passages: those of ``archive``, the broker's where that is ``None``, of the last ``days``."""

    archive: Path | None
    days: int


def derive_product(settings: Settings, product_id: str, *, zone: str, span: Span) -> Output:
    """Run a derived product's query over the passages of ``span``, and keep its output.

    Raises:
        UserError: there is no such derived product, no passage yet, or the archive cannot be read.
        ServiceError: the broker or the ledger cannot be reached.
    """
    return asyncio.run(_derive(settings, product_id, zone, span))


async def _derive(settings: Settings, product_id: str, zone: str, span: Span) -> Output:
    ledger = Ledger(settings.database)
    try:
        await check_migrated(ledger)
        async with ledger.read() as session:
            product = await get_product(session, product_id)
        query, area = query_of(product), area_of(product.area)
        found = await _read(settings) if span.archive is None else _read_archive(span.archive, span.days)
        observed = [each for each in found if area.has_timetable(each.timetable)]
        if not observed:
            raise UserError(f"{_place(span)} keeps no passage yet that the product's area holds")
        moments = [each.passage.at for each in observed]
        rows = derive(observed, query, ZoneInfo(zone))
        async with ledger.write() as session:
            return await keep_output(
                session, product_id, rows, from_s=min(moments), until_s=max(moments), actor=actor()
            )
    finally:
        await ledger.close()


def _place(span: Span) -> str:
    return "the broker" if span.archive is None else f"the archive {span.archive}"


def _read_archive(archive: Path, days: int) -> list[Observed]:
    now = int(time.time())
    try:
        return [
            Observed(split_line_key(key).timetable, passage)
            for key, passage in read_every_passage(archive, first_at=now - days * _DAY_S, end_at=now + _DAY_S)
        ]
    except UNREADABLE as wrong:
        raise UserError(f"the archive {archive} cannot be read: {wrong}") from None


async def _read(settings: Settings) -> list[Observed]:
    name = topic_name(LINE_PASSAGES, settings.namespace)
    count = LINE_PASSAGES.partitions(line_partitions=settings.line_partitions)
    partitions = [TopicPartition(name, number) for number in range(count)]
    observed: list[Observed] = []
    consumer = make_consumer(settings)
    try:
        await consumer.start()
        consumer.assign(partitions)
        ends = await read_ends(consumer, partitions)
        await consumer.seek_to_beginning(*partitions)
        unread = {partition for partition, end in ends.items() if end > 0}
        while unread:
            for partition, records in (await consumer.getmany(*unread, timeout_ms=_POLL_MS)).items():
                observed.extend(
                    Observed(split_line_key(record.key.decode()).timetable, decode_passage(record.value))
                    for record in records
                )
                if records[-1].offset + 1 >= ends[partition]:
                    unread.discard(partition)
    except KafkaError as failed:
        raise ServiceError(f"broker {settings.broker}: {failed}") from None
    finally:
        await consumer.stop()
    return observed
