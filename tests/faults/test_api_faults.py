"""API processes that lose their store, their siblings, their keys and their own tasks, while partners poll them."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.embedded.ports import find_free_port
from runtime.embedded.valkey import Valkey
from runtime.ledger.announce import announce_change
from runtime.ledger.database import Ledger
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import revoke_key
from runtime.ledger.plans import Plan
from runtime.settings import Settings
from tests.faults.town import Partners, Town, ask, wait_until_served

PER_DAY = 2400
PLAN = Plan(name="fault", burst_per_s=160, burst_size=160, per_day=PER_DAY, per_month=PER_DAY)
"""A month has no more than a day: midnight (UTC), which the processes' clocks may pass in a test, brings nothing."""

AMPLE = Plan(name="ample", burst_per_s=5000, burst_size=5000, per_day=10**7, per_month=10**8)
PATIENCE_S = 90.0
NOTICED_S = 2.0
"""A store that hangs is known to be lost after a second's silence."""


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def own_store(tmp_path: Path) -> Any:
    """A store of the test's own, to be killed and frozen."""
    with Valkey(tmp_path / "store") as server:
        yield server


Process = subprocess.Popen[bytes]
Serve = Callable[[Settings], tuple[str, Process]]


@pytest.fixture
async def serve(stages: Any) -> AsyncIterator[Serve]:
    """Starts an API process on a port of its own, or on the one its settings name; gives its address."""

    def start(settings: Settings) -> tuple[str, Process]:
        chosen = settings
        if "api_port" not in settings.model_fields_set:
            chosen = settings.model_copy(update={"api_port": find_free_port()})
        process = stages.start("api", "--operations-port", "0", settings=chosen)
        return f"http://127.0.0.1:{chosen.api_port}", process

    yield start
    stages.stop()


def lose(store: Valkey, how: str) -> None:
    if how == "killed":
        store.kill()
    else:
        store.running().pause()


async def bring_back(store: Valkey, how: str) -> None:
    if how == "killed":
        store.launch()
        await asyncio.to_thread(store.wait_ready)
    else:
        store.running().resume()


@asynccontextmanager
async def polling(*polled: tuple[Partners, str]) -> AsyncIterator[None]:
    """Partners poll while the block runs."""
    tasks = [asyncio.create_task(partners.poll(url)) for partners, url in polled]
    try:
        yield
    finally:
        for partners, _ in polled:
            partners.over.set()
        await asyncio.gather(*tasks)


async def wait_for(partners: Partners, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, f"{partners.statuses()}"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_partners_are_answered_while_the_store_is_away_and_no_quota_is_overrun(
    settings: Settings, own_store: Valkey, town: Town, serve: Serve, how: str
) -> None:
    settings = settings.model_copy(update={"store": own_store.url})
    partners = Partners(await town.lay_out(settings, PLAN))
    addresses = [serve(settings)[0] for _ in range(2)]
    await asyncio.gather(*(wait_until_served(each) for each in addresses))
    async with polling(*((partners, each) for each in addresses for _ in range(3))):
        await wait_for(partners, lambda: partners.count(200) > PER_DAY // 5)
        lost_at = time.monotonic()
        lose(own_store, how)
        # long enough for the blocks held to be used up: what is answered then was leased without the store
        spent = partners.count(200)
        await wait_for(partners, lambda: partners.count(200) > spent + PER_DAY // 3)
        await asyncio.sleep(max(0.0, lost_at + 6 - time.monotonic()))
        back_at = time.monotonic()
        await bring_back(own_store, how)
        await town.fill(settings)
        for each in addresses:
            await wait_until_served(each)
        whole_at = time.monotonic()
        await wait_for(partners, lambda: partners.count(200) >= PER_DAY)
        await asyncio.sleep(1.0)
    # who asks before anybody notices that the store hangs may wait in vain for a second, once for each of six pollers
    assert set(partners.statuses()) <= {200, 429, 503}, partners.statuses()
    assert partners.count(503) <= 6, partners.statuses()
    assert partners.count(200) == PER_DAY
    assert {each.body["window"] for each in partners.asked if each.status == 429} <= {"burst", "day", "month"}
    answered = [each for each in partners.asked if each.status == 200]
    aged = [each for each in answered if lost_at + NOTICED_S < each.sent_at and each.over_at < back_at]
    assert len(aged) > 100
    assert all("view_old" in each.warnings for each in aged)
    fresh = [each for each in answered if each.sent_at > whole_at]
    assert not any(each.warnings for each in fresh)


async def test_a_process_started_while_the_store_is_away_answers_from_the_timetable(
    settings: Settings, own_store: Valkey, town: Town, serve: Serve
) -> None:
    settings = settings.model_copy(update={"store": own_store.url})
    key = await town.lay_out(settings, AMPLE)
    lose(own_store, "killed")
    address, process = serve(settings)
    async with httpx.AsyncClient(base_url=address, headers={"X-API-Key": key}) as client:
        until = time.monotonic() + PATIENCE_S
        while (asked := await ask(client, "/health/live")).status != 200:
            assert time.monotonic() < until, asked
            assert process.poll() is None
            await asyncio.sleep(0.1)
        answered = [(await ask(client, "/v1/lines")).status for _ in range(50)]
    assert set(answered) == {200}


async def test_a_killed_replica_fails_only_the_requests_it_held(
    settings: Settings, town: Town, serve: Serve, stages: Any
) -> None:
    settings = settings.model_copy(update={"api_port": find_free_port()})
    partners = Partners(await town.lay_out(settings, AMPLE), pause_s=0.002)
    replicas = [serve(settings) for _ in range(2)]
    address, killed = replicas[0]
    for _, replica in replicas:
        await stages.wait_logged(replica, "api_started")
    await wait_until_served(address)
    pollers = 8
    async with polling(*[(partners, address)] * pollers):
        await wait_for(partners, lambda: partners.count(200) > 500)
        killed.send_signal(signal.SIGKILL)
        await asyncio.to_thread(killed.wait)
        dead_at = time.monotonic()
        answered = partners.count(200)
        await wait_for(partners, lambda: partners.count(200) > answered + 500)
    failed = [each for each in partners.asked if each.status != 200]
    assert len(failed) <= pollers, failed
    assert all(each.sent_at <= dead_at for each in failed), failed
    assert sum(each.sent_at > dead_at for each in partners.asked) > 100


@pytest.mark.parametrize("announced", [True, False])
async def test_a_revoked_key_stops_on_both_replicas_and_opens_no_more(
    settings: Settings, town: Town, serve: Serve, announced: bool
) -> None:
    key = await town.lay_out(settings, AMPLE)
    addresses = [serve(settings)[0] for _ in range(2)]
    await asyncio.gather(*(wait_until_served(each) for each in addresses))
    partners = [Partners(key, pause_s=0.005) for _ in addresses]
    async with polling(*zip(partners, addresses, strict=True)):
        for each in partners:
            await wait_for(each, partial(has_had, each, 200))
        ledger = Ledger(settings.database)
        async with ledger.write() as session:
            partner_id = (await revoke_key(session, str(find_key_id(key.encode())), actor="test")).partner_id
        await ledger.close()
        if announced:
            assert await announce_change(settings, partner_id)
        for each in partners:
            await wait_for(each, partial(has_had, each, 403))
        shut_at = time.monotonic()
        for each in partners:
            await wait_for(each, partial(has_asked, each, len(each.asked) + 100))
    for each in partners:
        assert set(each.statuses()) == {200, 403}
        assert {asked.status for asked in each.asked if asked.sent_at > shut_at} == {403}


def has_had(partners: Partners, status: int) -> bool:
    return partners.count(status) > 0


def has_asked(partners: Partners, times: int) -> bool:
    return len(partners.asked) > times


BROKEN = """
import sys
from {module} import {name}

async def fail(*_arguments, **_keywords):
    raise RuntimeError("struck by the test")

{name}.{method} = fail
sys.argv = ["headway", "api", "--operations-port", "0"]
from headway.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("module", "name", "method"),
    [
        ("api.view.store_watch", "StoreWatch", "_catch_up"),
        ("api.lane.blocks", "Blocks", "tick"),
        ("api.lane.key_watch", "KeyWatch", "_read_changes"),
    ],
)
async def test_a_process_whose_watch_fails_ends_instead_of_growing_old(
    settings: Settings, town: Town, stages: Any, module: str, name: str, method: str
) -> None:
    settings = settings.model_copy(update={"api_port": find_free_port()})
    await town.lay_out(settings, AMPLE)
    words = BROKEN.format(module=module, name=name, method=method)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", words), env=stages.environment(settings), stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 1
    assert b"struck by the test" in said.splitlines()[-1]
