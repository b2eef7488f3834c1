from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from api.lane.build import LaneRuntime
from api.rendered import RenderedCache
from runtime.embedded.valkey import Valkey
from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import Plan, set_plan
from runtime.settings import Settings

PLAN = Plan(name="test", burst_per_s=1000, burst_size=1000, per_day=10_000, per_month=100_000)

AddPartner = Callable[..., "AsyncIterator[str]"]


@pytest.fixture
def lane_settings(valkey: Valkey, sqlite_url: str, namespace: str, tmp_path: Path) -> Settings:
    """A deployment of this test's own whose broker is away: no test here needs it."""
    return Settings(
        broker="127.0.0.1:1", store=valkey.url, database=sqlite_url, namespace=namespace, data_folder=tmp_path / "data"
    )


@pytest_asyncio.fixture
async def ledger(lane_settings: Settings) -> AsyncIterator[Ledger]:
    opened = Ledger(lane_settings.database)
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
def make_runtime(lane_settings: Settings) -> Callable[..., LaneRuntime]:
    """A lane as one API process has it; several stand for several replicas."""

    def make(app: object = None, rendered: RenderedCache | None = None) -> LaneRuntime:
        return LaneRuntime(app, settings=lane_settings, rendered=rendered or RenderedCache())  # type: ignore[arg-type]

    return make


@pytest.fixture
def add_key(ledger: Ledger) -> Callable[..., object]:
    """Adds a partner under a plan and gives its key's text; further keywords change the plan."""

    async def add(name: str = "Maps", *, expires_at: int | None = None, **figures: object) -> str:
        import msgspec  # noqa: PLC0415 - only here

        plan = msgspec.structs.replace(PLAN, name=f"plan of {name}", **figures)
        async with ledger.write() as session:
            await set_plan(session, plan, actor="test")
            await session.flush()
            partner = await add_partner(session, name=name, plan=plan.name, actor="test")
            return (await issue_key(session, partner.id, expires_at=expires_at, actor="test")).text

    return add
