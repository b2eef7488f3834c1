import asyncio
import os

from aiokafka.admin import NewTopic
from aiokafka.partitioner import murmur2

from runtime.kafka_clients import make_admin, make_consumer, make_producer
from runtime.settings import Settings
from schemas.namespace import topic_name
from schemas.topics import FEED_BUS, MESSAGE_BYTES_MAX


async def test_a_record_comes_back_with_its_headers_from_the_partition_of_its_key(settings: Settings) -> None:
    await create_feed_topic(settings)
    async with make_producer(settings) as producer:
        sent = await producer.send_and_wait(
            topic_name(FEED_BUS, settings.namespace), b"vehicles", key=b"line-7", headers=[("epoch", b"1")]
        )
    async with make_consumer(settings, FEED_BUS, group="tracker") as consumer:
        record = await asyncio.wait_for(consumer.getone(), 60)
        assert (record.key, record.value, record.headers) == (b"line-7", b"vehicles", (("epoch", b"1"),))
        assert record.partition == sent.partition == (murmur2(b"line-7") & 0x7FFFFFFF) % settings.line_partitions
        await consumer.commit()


async def test_a_record_of_the_largest_size_passes(settings: Settings) -> None:
    await create_feed_topic(settings)
    value = os.urandom(MESSAGE_BYTES_MAX - 32 * 1024)
    async with make_producer(settings) as producer:
        await producer.send_and_wait(topic_name(FEED_BUS, settings.namespace), value, key=b"trunk")
    async with make_consumer(settings, FEED_BUS) as consumer:
        record = await asyncio.wait_for(consumer.getone(), 60)
        assert record.value == value


async def test_a_group_goes_on_after_what_it_committed(settings: Settings) -> None:
    await create_feed_topic(settings)
    topic = topic_name(FEED_BUS, settings.namespace)
    async with make_producer(settings) as producer:
        await producer.send_and_wait(topic, b"first", key=b"a")
        async with make_consumer(settings, FEED_BUS, group="tracker") as consumer:
            await asyncio.wait_for(consumer.getone(), 60)
            await consumer.commit()
        await producer.send_and_wait(topic, b"second", key=b"a")
    async with make_consumer(settings, FEED_BUS, group="tracker") as consumer:
        assert (await asyncio.wait_for(consumer.getone(), 60)).value == b"second"


async def create_feed_topic(settings: Settings) -> None:
    admin = make_admin(settings)
    await admin.start()
    await admin.create_topics(
        [
            NewTopic(
                topic_name(FEED_BUS, settings.namespace), settings.line_partitions, 1, topic_configs=FEED_BUS.config()
            )
        ]
    )
    await admin.close()
