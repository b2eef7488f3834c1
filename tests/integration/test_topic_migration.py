import asyncio
from pathlib import Path

import pytest
from aiokafka.partitioner import murmur2

from runtime.embedded.kafka import KafkaCluster
from runtime.errors import UserError
from runtime.kafka_clients import make_consumer, make_producer
from runtime.settings import Settings
from runtime.topics.carry import write_carried
from runtime.topics.check import list_topic_faults
from runtime.topics.ensure import ensure_topics
from runtime.topics.epoch import find_epoch
from runtime.topics.groups import list_lags
from runtime.topics.migrate import carried_file, migrate_topics
from runtime.topics.reading import read_last_records, read_records
from schemas import topics
from schemas.namespace import topic_name

LINES = [b"line-%d" % number for number in range(20)]


@pytest.fixture
def settings(kafka: KafkaCluster, namespace: str, tmp_path: Path) -> Settings:
    """A deployment on Apache Kafka: the laptop's broker begins anew at each start and is never migrated."""
    return Settings(broker=kafka.address, broker_idempotence=True, namespace=namespace, data_folder=tmp_path)


async def test_every_line_keeps_its_last_value_and_lies_where_its_key_belongs(settings: Settings) -> None:
    epoch = await ensure_topics(settings)
    await send(settings, topics.LINE_FORECASTS, LINES, rounds=3)
    await send(settings, topics.LINE_PASSAGES, LINES, rounds=2)

    assert await migrate_topics(settings, partitions=7) == len(LINES) + 2 * len(LINES)

    wider = settings.model_copy(update={"line_partitions": 7})
    assert await list_topic_faults(wider) == []
    last = await read_last_records(wider, topics.LINE_FORECASTS)
    assert {key: record.value for key, record in last.items()} == dict.fromkeys(LINES, b"2")
    assert all(record.partition == (murmur2(key) & 0x7FFFFFFF) % 7 for key, record in last.items())
    passages = [record async for record in read_records(wider, topics.LINE_PASSAGES)]
    assert sorted((record.key or b"", record.value or b"") for record in passages) == sorted(
        (line, value) for line in LINES for value in (b"0", b"1")
    )
    assert {record.headers for record in passages} == {(("id", b"x"),)}
    assert (await find_epoch(wider) or 0) > epoch


async def test_a_migration_that_was_interrupted_goes_on_where_it_stopped(settings: Settings) -> None:
    await ensure_topics(settings)
    await send(settings, topics.LINE_FORECASTS, LINES, rounds=1)
    await migrate_topics(settings, partitions=5)
    wider = settings.model_copy(update={"line_partitions": 5})
    # as after a crash between sending the records and removing their file
    await write_carried(wider, carried_file(settings), (topics.LINE_FORECASTS,))
    assert await migrate_topics(settings, partitions=5) == len(LINES)
    assert len(await read_last_records(wider, topics.LINE_FORECASTS)) == len(LINES)
    assert not carried_file(settings).exists()


async def test_unread_feed_messages_stop_a_migration(settings: Settings) -> None:
    await ensure_topics(settings)
    await send(settings, topics.FEED_BUS, LINES[:1], rounds=2)
    async with make_consumer(settings, topics.FEED_BUS, group="tracker", max_poll_records=1) as consumer:
        await asyncio.wait_for(consumer.getone(), 60)
        await consumer.commit()
        with pytest.raises(UserError, match=r"still running: .*tracker"):
            await migrate_topics(settings, partitions=6)
    assert [(lag.topic, lag.records) for lag in await list_lags(settings, topics.FEEDS)] == [(topics.FEED_BUS, 1)]
    with pytest.raises(UserError, match="1 of feed"):
        await migrate_topics(settings, partitions=6)


async def test_the_check_names_every_difference(settings: Settings) -> None:
    assert await list_topic_faults(settings) == [
        f"{topic_name(topic, settings.namespace)} is missing" for topic in topics.ALL
    ]
    await ensure_topics(settings)
    assert await list_topic_faults(settings) == []
    demanding = settings.model_copy(update={"replication": 3, "line_partitions": 5})
    faults = "; ".join(await list_topic_faults(demanding))
    assert "has 4 partitions instead of 5" in faults
    assert "has 1 replicas instead of 3" in faults
    assert "min.insync.replicas=1 instead of 2" in faults


async def send(settings: Settings, topic: topics.Topic, keys: list[bytes], *, rounds: int) -> None:
    name = topic_name(topic, settings.namespace)
    async with make_producer(settings) as producer:
        for number in range(rounds):
            sent = [await producer.send(name, b"%d" % number, key=key, headers=[("id", b"x")]) for key in keys]
            await asyncio.gather(*sent)
