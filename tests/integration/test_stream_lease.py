import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from runtime.embedded.valkey import Valkey
from streams.doors.lease import Lease

LEASE_S = 3.0
LONG_S = 60.0
"""Longer than any test takes: such a lease does not lapse by itself."""


@pytest.fixture
async def store(valkey: Valkey) -> AsyncIterator[Redis]:
    async with Redis.from_url(valkey.url) as client:
        yield client


def two_doors(store: Redis, *, lease_s: float = LONG_S) -> tuple[Lease, Lease]:
    key = f"feed:{uuid.uuid4().hex}:lease"
    return Lease(store, key, lease_s=lease_s), Lease(store, key, lease_s=lease_s)


async def test_one_door_holds_a_feed_and_hands_it_on_when_it_ends(store: Redis) -> None:
    first, second = two_doors(store)
    assert await first.renew()
    assert not await second.renew()
    await first.release()
    assert not first.is_held()
    assert await second.renew()


async def test_a_holder_that_hears_nothing_more_stops_before_another_may_begin(store: Redis) -> None:
    first, second = two_doors(store, lease_s=LEASE_S)
    started = time.monotonic()
    assert await first.renew()
    while not await second.renew():  # noqa: ASYNC110 - what is waited for happens in the store
        await asyncio.sleep(0.02)
    assert not first.is_held()
    assert time.monotonic() - started >= LEASE_S - 0.05
    assert not await first.renew()


async def test_a_flushed_store_gives_the_lease_to_one_of_them(store: Redis) -> None:
    first, second = two_doors(store)
    assert await first.renew()
    await store.flushall()
    assert await second.renew()
    assert not await first.renew()
    assert not first.is_held()
