import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from api.lane.build import LaneRuntime
from api.rendered import RenderedCache
from runtime.embedded.valkey import Valkey
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.key_format import find_key_id
from runtime.ledger.keys import issue_key, load_credentials
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import Plan, set_plan
from runtime.ledger.products import publish, withdraw_product
from runtime.settings import Settings
from transit.grants.agreements import AreaTerms, Product

PLAN = Plan(name="test", burst_per_s=1000, burst_size=1000, per_day=10_000, per_month=100_000)

DAY_S = 86_400

AddPartner = Callable[..., "AsyncIterator[str]"]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon (UTC) when a test begins: no day or month of a quota ends while the test counts what is left of it."""
    clock = time.time
    since_noon_s = clock() % DAY_S - DAY_S / 2
    monkeypatch.setattr(time, "time", lambda: clock() - since_noon_s)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow or fast the machine is, a request waits for its tokens, and no test asks sooner than it may."""
    monkeypatch.setattr("api.lane.quotas.WAIT_S", 60.0)
    monkeypatch.setattr("api.lane.seat.OWN_PER_S", 10_000.0)


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


@pytest.fixture
def mask(ledger: Ledger) -> Callable[..., Awaitable[None]]:
    """Grants a key's partner the times of line 1 and nothing else; for ``days``, or until it is revoked."""

    async def grant_times(key: str, *, days: int | None = None) -> None:
        async with ledger.write() as session:
            await withdraw_product(session, "open", actor="test")
            product = Product(
                id="times",
                version=0,
                name="Times",
                description="Times of one line",
                supply="granted",
                fields=("expected",),
                area=AreaTerms(lines=("town:1",)),
            )
            published = await publish(session, product, actor="test")
            await session.flush()
            partner = (await load_credentials(session, key_id=find_key_id(key.encode())))[0].partner_id
            wanted = NewGrant(partner_id=partner, purpose="test", rule="test", days=days)
            await add_grant(session, published, wanted, actor="test")

    return grant_times
