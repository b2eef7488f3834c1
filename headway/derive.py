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
from runtime.ledger.derived import Output, keep_output, list_held_versions, query_of
from runtime.ledger.migrate import check_migrated
from runtime.recordings.read_passages import UNREADABLE, read_every_passage
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.line_forecasts import decode_passage
from schemas.line_key import split_line_key
from schemas.namespace import topic_name
from schemas.topics import LINE_PASSAGES
from transit.grants.agreements import Product, area_of
from transit.grants.derived import Observed, derive

_POLL_MS = 500
_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Span:
    """Which passages: those of ``archive``, the broker's where that is ``None``, of the last ``days``."""

    archive: Path | None
    days: int


def derive_product(settings: Settings, product_id: str, *, zone: str, span: Span) -> list[Output]:
    """Run the query of each version of a derived product that is held over the passages of ``span``; keep the outputs.

    By version, the newest last. One whose area holds no passage is left out, and keeps the output it had.

    Raises:
        UserError: there is no such derived product, no passage yet for any version, or the archive cannot be read.
        ServiceError: the broker or the ledger cannot be reached.
    """
    return asyncio.run(_derive(settings, product_id, zone, span))


async def _derive(settings: Settings, product_id: str, zone: str, span: Span) -> list[Output]:
    ledger = Ledger(settings.database)
    try:
        await check_migrated(ledger)
        async with ledger.read() as session:
            versions = await list_held_versions(session, product_id)
        query_of(versions[-1])
        found = await _read(settings) if span.archive is None else _read_archive(span.archive, span.days)
        derived = [
            (product, rows, observed)
            for product in versions
            if product.query is not None and (observed := _within(product, found))
            for rows in (derive(observed, query_of(product), ZoneInfo(zone)),)
        ]
        if not derived:
            raise UserError(f"{_place(span)} keeps no passage yet that the product's area holds")
        async with ledger.write() as session:
            return [
                await keep_output(
                    session,
                    product,
                    rows,
                    from_s=min(each.passage.at for each in observed),
                    until_s=max(each.passage.at for each in observed),
                    actor=actor(),
                )
                for product, rows, observed in derived
            ]
    finally:
        await ledger.close()


def _within(product: Product, found: list[Observed]) -> list[Observed]:
    area = area_of(product.area)
    return [each for each in found if area.has_timetable(each.timetable)]


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
