import asyncio
import contextlib
from typing import Any

from api.lane.build import LaneRuntime
from api.rendered import RenderedCache
from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import ensure_built_in_plans
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from streams.health_port import Health
from streams.metering.meter_usage import run_metering
from tests.api.lane.asking import ask, plain_app
from tests.runtime.ledger.summed_usage import sum_usage

ALL_TIME = {"from_s": 0, "until_s": 2**40}


async def test_what_was_answered_is_what_the_ledger_counts_however_often_it_is_metered(settings: Settings) -> None:
    await ensure_topics(settings)
    ledger = Ledger(settings.database)
    await migrate(ledger)
    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor="test")
        partner = await add_partner(session, name="Maps", plan="standard", actor="test")
        key = (await issue_key(session, partner.id, actor="test")).text
    app: Any = plain_app
    for _ in range(2):
        api = LaneRuntime(app, settings=settings, rendered=RenderedCache())
        await api.start()
        for path in ("/v1/lines", "/v1/stops/1/arrivals", "/v1/lines/304"):
            for _ in range(5):
                await ask(api.lane, path, key)
        await api.stop()
    assert list((settings.data_folder / "counts").iterdir()) == []

    async def total() -> tuple[int, int, int]:
        async with ledger.read() as session:
            return await sum_usage(session, partner.id, **ALL_TIME)

    for _ in range(2):
        health = Health()
        metering = asyncio.create_task(run_metering(settings, health))
        async with asyncio.timeout(60):
            while not metering.done() and not (health.is_ready and await total() == (30, 20, 0)):  # noqa: ASYNC110 - another client's work
                await asyncio.sleep(0.1)
        metering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await metering
    assert await total() == (30, 20, 0)
    await ledger.close()
