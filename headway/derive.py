"""The passages of the archive, read for a derived product."""

import asyncio
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
from runtime.settings import Settings
from runtime.topics.ends import read_ends
from schemas.line_forecasts import decode_passage
from schemas.line_key import split_line_key
from schemas.namespace import topic_name
from schemas.topics import LINE_PASSAGES
from transit.grants.agreements import area_of
from transit.grants.derived import Observed, derive

_POLL_MS = 500


def derive_product(settings: Settings, product_id: str, *, zone: str) -> Output:
    """Run a derived product's query over the passages that the broker keeps (a week), and keep its output.

    Raises:
        UserError: there is no such derived product, or no passage yet.
        ServiceError: the broker or the ledger cannot be reached.
    """
    return asyncio.run(_derive(settings, product_id, zone))


async def _derive(settings: Settings, product_id: str, zone: str) -> Output:
    ledger = Ledger(settings.database)
    try:
        await check_migrated(ledger)
        async with ledger.read() as session:
            product = await get_product(session, product_id)
        query, area = query_of(product), area_of(product.area)
        observed = [each for each in await _read(settings) if area.has_timetable(each.timetable)]
        if not observed:
            raise UserError("the broker keeps no passage yet that the product's area holds")
        moments = [each.passage.at for each in observed]
        rows = derive(observed, query, ZoneInfo(zone))
        async with ledger.write() as session:
            return await keep_output(
                session, product_id, rows, from_s=min(moments), until_s=max(moments), actor=actor()
            )
    finally:
        await ledger.close()


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
