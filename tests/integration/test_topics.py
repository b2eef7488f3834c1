import asyncio

import pytest

from runtime.errors import ServiceError, UserError
from runtime.kafka_clients import make_producer
from runtime.settings import Settings
from runtime.topics.connection import administer
from runtime.topics.ensure import ensure_topics
from runtime.topics.epoch import find_epoch
from runtime.topics.layout import list_config_differences, list_layouts
from runtime.topics.reading import read_last_records
from schemas import topics
from schemas.namespace import topic_name
from schemas.topics import LINE_FORECASTS


async def test_every_topic_of_the_contract_is_created_with_its_partitions_and_settings(settings: Settings) -> None:
    await ensure_topics(settings)
    async with administer(settings) as admin:
        layouts = await list_layouts(admin, settings)
        assert await list_config_differences(admin, settings, layouts) == {}
    assert {topic.name: layout.partitions for topic, layout in layouts.items()} == {
        topic.name: settings.line_partitions if topic.keyed_by_line else 1 for topic in topics.ALL
    }


async def test_creating_topics_again_keeps_them_and_their_epoch(settings: Settings) -> None:
    first = await ensure_topics(settings)
    assert await ensure_topics(settings) == first == await find_epoch(settings)


async def test_two_processes_that_create_topics_at_once_agree_on_the_epoch_in_the_end(settings: Settings) -> None:
    await asyncio.gather(ensure_topics(settings), ensure_topics(settings))
    assert await ensure_topics(settings) == await find_epoch(settings)


async def test_a_feed_topic_that_is_made_anew_raises_the_epoch(settings: Settings) -> None:
    before = await ensure_topics(settings)
    async with administer(settings) as admin:
        await admin.delete_topics([topic_name(topics.FEED_BUS, settings.namespace)])
        while topics.FEED_BUS in await list_layouts(admin, settings):  # noqa: ASYNC110 - Kafka deletes in its own time
            await asyncio.sleep(0.05)
    assert await ensure_topics(settings) > before


async def test_another_number_of_partitions_is_refused_and_says_how_to_go_on(settings: Settings) -> None:
    await ensure_topics(settings)
    wider = settings.model_copy(update={"line_partitions": 6})
    with pytest.raises(UserError, match=r"has 4 partitions instead of 6.*headway topics migrate"):
        await ensure_topics(wider)


async def test_a_broker_that_is_not_there_is_one_clear_line(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"broker": "127.0.0.1:9"})
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9 cannot be reached"):
        await ensure_topics(nowhere)


async def test_the_last_value_of_each_key_is_read_and_deleted_keys_are_not(settings: Settings) -> None:
    await ensure_topics(settings)
    name = topic_name(LINE_FORECASTS, settings.namespace)
    async with make_producer(settings) as producer:
        for key, value in ((b"1", b"old"), (b"2", b"gone"), (b"1", b"new"), (b"2", None), (b"3", b"only")):
            await producer.send_and_wait(name, value, key=key)
    last = await read_last_records(settings, LINE_FORECASTS)
    assert {key: record.value for key, record in last.items()} == {b"1": b"new", b"3": b"only"}


async def test_every_record_of_the_last_batch_is_read(settings: Settings) -> None:
    await ensure_topics(settings)
    name = topic_name(LINE_FORECASTS, settings.namespace)
    async with make_producer(settings) as producer:
        # sent together, so that they share a batch: Tansu calls the first of them the last
        await asyncio.gather(*[await producer.send(name, b"%d" % number, key=b"1") for number in range(50)])
    last = await read_last_records(settings, LINE_FORECASTS)
    assert last[b"1"].value == b"49"
