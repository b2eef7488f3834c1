"""What webhooks are told, and what their partner's grants keep from them."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import pytest_asyncio

from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import ensure_built_in_plans
from runtime.ledger.products import publish
from runtime.ledger.webhook_deliveries import list_deliveries
from runtime.ledger.webhooks import add_webhook
from runtime.settings import Settings
from runtime.timetables import save_timetable
from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, InformedEntity, ServiceAlert
from schemas.webhooks import Webhook, WebhookEvent
from streams.health_port import Health
from streams.webhooks.run_webhooks import WebhookStage
from tests.faults.town import NAME, Town
from transit.grants.agreements import AreaTerms, Product

FIELDS = ("expected", "vehicle", "spread", "occupancy")


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


class Scene:
    """The stage over a ledger with one partner, whose grant a test chooses."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.ledger = ledger
        self.stage = WebhookStage(settings, ledger, Health())
        self.partner = ""

    async def grant(self, fields: tuple[str, ...], lines: tuple[str, ...] = (), delay_s: int = 0) -> None:
        product = Product(
            id="maps", version=0, name="Maps", description="x", supply="granted", fields=fields,
            area=AreaTerms(lines=lines), delay_s=delay_s,
        )  # fmt: skip
        async with self.ledger.write() as session:
            published = await publish(session, product, actor="test")
            terms = NewGrant(partner_id=self.partner, purpose="test", rule="test")
            await add_grant(session, published, terms, actor="test")

    async def want(self, event: WebhookEvent, **said: Any) -> None:
        wanted = Webhook(id="", partner_id=self.partner, url="https://a.example/x", event=event, **said)
        async with self.ledger.write() as session:
            await add_webhook(session, wanted, actor="test")

    async def look(self) -> None:
        await self.stage._look()


@pytest_asyncio.fixture
async def scene(tmp_path: Path, town: Town) -> Any:
    settings = Settings(database=f"sqlite+aiosqlite:///{tmp_path / 'l.db'}", data_folder=tmp_path)
    settings.timetables.mkdir(parents=True)
    save_timetable(town.timetable, settings.timetables)
    ledger = Ledger(settings.database)
    await migrate(ledger)
    found = Scene(settings, ledger)
    async with ledger.write() as session:
        await ensure_built_in_plans(session, actor="test")
        found.partner = (await add_partner(session, name="Maps", plan="standard", actor="test")).id
    yield found
    await ledger.close()


def record(town: Town) -> Any:
    return SimpleNamespace(key=f"{NAME}:1".encode(), value=town.value(), timestamp=time.time() * 1000)


async def test_a_field_that_is_not_granted_is_absent(scene: Scene, town: Town) -> None:
    await scene.grant(("expected",))
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    (made,) = scene.stage.read_value(record(town))
    told = orjson.loads(made.body)["data"]
    assert told["expected_at"]
    assert not {"vehicle_id", "vehicle_label", "expected_early_at", "occupancy_status"} & set(told)


async def test_all_that_is_granted_is_told(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    (made,) = scene.stage.read_value(record(town))
    told = orjson.loads(made.body)["data"]
    assert (told["vehicle_id"], told["occupancy_status"]) == (f"{NAME}:bus", "many_seats_available")


async def test_without_a_grant_of_times_nothing_is_told_of_them(scene: Scene, town: Town) -> None:
    await scene.grant(("vehicle",))
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    assert scene.stage.read_value(record(town)) == []


async def test_a_line_outside_the_grants_area_is_not_told_of(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS, lines=(f"{NAME}:other",))
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    assert scene.stage.read_value(record(town)) == []


async def test_who_is_granted_nothing_fresh_is_told_later(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS, delay_s=120)
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    (made,) = scene.stage.read_value(record(town))
    assert made.next_at_ms - made.made_at_ms == 120_000


async def test_a_run_too_far_away_or_cancelled_is_not_told(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=5)
    await scene.look()
    assert scene.stage.read_value(record(town)) == []
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    assert len(scene.stage.read_value(record(town))) == 1
    now = int(time.time())
    scene.stage.said.overrides = (
        Override(id="o", kind=OverrideKind.CANCEL_LINE, line=f"{NAME}:1", starts_at=now - 60, ends_at=now + 60),
    )
    scene.stage.said.turn([town.timetable])
    assert scene.stage.read_value(record(town)) == []


async def test_a_lines_disruption_is_told_when_it_begins_and_when_it_is_over_also_after_a_restart(
    scene: Scene, town: Town
) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.LINE_DISRUPTED, line=f"{NAME}:1")
    await scene.look()
    scene.stage.read_value(record(town))
    closed = ServiceAlert("a", 1, 1, 1, (), (InformedEntity(line_id="1"),), (("en", "Strike"),), (), (), since_ms=5)
    scene.stage.said.alerts = {"f": FeedAlerts("f", NAME, 5, (closed,))}
    (webhook,) = scene.stage.wishes.webhooks
    began = scene.stage._disrupted(webhook, time.time())
    assert [each.type for each in began] == ["line.disrupted"]
    assert orjson.loads(began[0].body)["data"]["texts"] == {"en": "Strike"}
    await scene.stage._note(began)
    assert scene.stage._disrupted(webhook, time.time()) == []
    scene.stage._open = None
    scene.stage.said.alerts = {}
    await scene.look()
    async with scene.ledger.read() as session:
        noted = await list_deliveries(session, scene.partner, webhook.id, state="", limit=9)
    assert sorted(each.type for each in noted) == ["line.disrupted", "line.recovered"]
