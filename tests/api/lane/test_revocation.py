import time
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
import redis.asyncio as redis

from api.lane.build import LaneRuntime
from api.lane.key_watch import HEARTBEAT_S
from api.lane.keyring import FRESH_S, RECHECK_S
from runtime.ledger.announce import announce_change
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import load_credentials, revoke_key
from runtime.ledger.partners import suspend_partner
from runtime.ledger.products import publish
from runtime.settings import Settings
from tests.api.lane.asking import ask, eventually, plain_app
from transit.grants.agreements import Product

AddKey = Callable[..., Awaitable[str]]


async def _await_refused(runtimes: list[LaneRuntime], key: str, problem: str) -> None:
    """Wait until no replica lets the key in, and see why."""
    for each in runtimes:
        await eventually(partial(_is_answered, each, key, 403))
    assert {(await ask(each.lane, key=key)).problem for each in runtimes} == {problem}


async def _is_answered(runtime: LaneRuntime, key: str, status: int) -> bool:
    return (await ask(runtime.lane, key=key)).status == status


async def _revoke(ledger: Ledger, key: str) -> str:
    async with ledger.write() as session:
        return (await revoke_key(session, str(find_key_id(key.encode())), actor="test")).partner_id


@pytest.mark.parametrize("announced", [True, False])
async def test_a_revoked_key_stops_on_every_replica_even_when_nobody_announces_it(
    make_runtime: Callable[..., LaneRuntime],
    add_key: AddKey,
    ledger: Ledger,
    lane_settings: Settings,
    announced: bool,
) -> None:
    key = await add_key()
    replicas = [make_runtime(plain_app) for _ in range(3)]
    for replica in replicas:
        await replica.start()
        assert (await ask(replica.lane, key=key)).status == 200
    partner_id = await _revoke(ledger, key)
    if announced:
        assert await announce_change(lane_settings, partner_id)
    await _await_refused(replicas, key, "/problems/key-revoked")
    for replica in replicas:
        await replica.stop()


async def test_a_suspended_partner_is_shut_out_and_let_in_again(
    make_runtime: Callable[..., LaneRuntime], add_key: AddKey, ledger: Ledger, lane_settings: Settings
) -> None:
    key = await add_key()
    replica = make_runtime(plain_app)
    await replica.start()
    assert (await ask(replica.lane, key=key)).status == 200
    for suspended, status in ((True, 403), (False, 200)):
        async with ledger.write() as session:
            partner = await suspend_partner(session, "Maps", suspended=suspended, actor="test")
        await announce_change(lane_settings, partner.id)
        await eventually(partial(_is_answered, replica, key, status))
    await replica.stop()


async def test_without_heartbeats_sql_decides_and_a_revoked_key_still_stops(
    make_runtime: Callable[..., LaneRuntime], add_key: AddKey, ledger: Ledger
) -> None:
    key = await add_key()
    replica = make_runtime(plain_app)
    await replica.start()
    assert (await ask(replica.lane, key=key)).status == 200
    await replica._watch.stop()
    replica.ring.fresh_until = 0.0
    assert (await ask(replica.lane, key=key)).status == 200
    await _revoke(ledger, key)
    await _await_refused([replica], key, "/problems/key-revoked")
    await replica.stop()


async def test_a_key_issued_a_moment_ago_opens_at_once(
    make_runtime: Callable[..., LaneRuntime], add_key: AddKey, ledger: Ledger
) -> None:
    replica = make_runtime(plain_app)
    await replica.start()
    key = await add_key()
    assert (await ask(replica.lane, key=key)).status == 200
    async with ledger.read() as session:
        assert len(await load_credentials(session)) == 1
    await replica.stop()


async def test_a_grant_given_a_moment_ago_opens_at_once_and_what_is_not_granted_asks_the_ledger_once_a_second(
    make_runtime: Callable[..., LaneRuntime], add_key: AddKey, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = make_runtime(plain_app)
    await replica.start()
    key = await add_key()
    assert (await ask(replica.lane, key=key)).status == 200
    await replica._watch.stop()
    product = Product(id="times", version=0, name="Times", description="Times", supply="granted")
    async with ledger.write() as session:
        published = await publish(session, product, actor="test")
        partner = (await load_credentials(session, key_id=find_key_id(key.encode())))[0].partner_id
        await add_grant(session, published, NewGrant(partner_id=partner, purpose="test", rule="test"), actor="test")
    replica.ring.note_heartbeat(time.monotonic() + 10)
    assert (await ask(replica.lane, key=key, x_product="times")).status == 200
    read: list[str] = []
    monkeypatch.setattr(replica.ring, "_read_again", read.append)
    for _ in range(5):
        assert (await ask(replica.lane, key=key, x_product="other")).problem == "/problems/not-granted"
    assert read == []
    await replica.stop()


def test_what_a_revoked_key_is_believed_for_adds_up_to_less_than_a_second() -> None:
    # the rest is what asking takes, which is a machine's affair: a change is read at each beat, else SQL decides
    assert HEARTBEAT_S * 2 < FRESH_S < 1.0
    assert RECHECK_S + HEARTBEAT_S < 1.0


async def test_keys_are_believed_while_the_channel_beats(
    make_runtime: Callable[..., LaneRuntime], add_key: AddKey, lane_settings: Settings
) -> None:
    key = await add_key()
    replica = make_runtime(plain_app)
    await replica.start()
    await ask(replica.lane, key=key)

    async def is_believed() -> bool:
        return replica.ring.find(key.encode(), time.monotonic()) is not None

    await eventually(is_believed)
    assert replica.ring.find(key.encode(), time.monotonic() + 1.1) is None
    store = redis.Redis.from_url(lane_settings.store)
    assert await store.ping()
    await store.aclose()
    await replica.stop()
