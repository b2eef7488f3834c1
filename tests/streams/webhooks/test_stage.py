"""What webhooks are told, and what their partner's grants keep from them."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import select

from runtime.ledger.database import Ledger
from runtime.ledger.grant_models import GrantRow
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.migrate import migrate
from runtime.ledger.owners import add_owner
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import ensure_built_in_plans
from runtime.ledger.products import publish
from runtime.ledger.webhook_deliveries import list_deliveries
from runtime.ledger.webhooks import add_webhook
from runtime.settings import Settings
from runtime.timetables import save_timetable
from schemas.feed_status import FeedStatus, encode_feed_status
from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, InformedEntity, ServiceAlert
from schemas.topics import FEED_STATUS
from schemas.webhooks import Delivery, Webhook, WebhookEvent
from streams.health_port import Health
from streams.webhooks.covering import NOTHING
from streams.webhooks.run_webhooks import OLD_S, TOO_OLD, WebhookStage
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
        self._settings = settings
        self.stage = WebhookStage(settings, ledger, Health())
        self.partner = ""

    def restart(self) -> None:
        """The process ends and another begins: only what the ledger holds is known."""
        self.stage = WebhookStage(self._settings, self.ledger, Health())

    async def noted(self) -> list[Delivery]:
        (webhook,) = self.stage.wishes.webhooks
        async with self.ledger.read() as session:
            return await list_deliveries(session, self.partner, webhook.id, state="", limit=99)

    async def grant(
        self,
        fields: tuple[str, ...],
        lines: tuple[str, ...] = (),
        delay_s: int = 0,
        box: tuple[float, float, float, float] | None = None,
    ) -> None:
        product = Product(
            id="maps", version=0, name="Maps", description="x", supply="granted", fields=fields,
            area=AreaTerms(lines=lines, box=box), delay_s=delay_s,
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


def state(feed: str, polled_at: int, **changes: Any) -> FeedStatus:
    """A feed that was polled well at a moment."""
    fields: dict[str, Any] = dict.fromkeys(("vehicles", "lines", "polls", "failed_polls", "unchanged_polls"), 0)
    fields |= {"accepted": 0, "repeated": 0, "refused": {}, "header_at": None, "down_since": None, "last_error": None}
    fields |= {"timetable": NAME, "timetable_hash": "", "url": "", "since": 0, "lag_s": None}
    return FeedStatus(feed=feed, polled_at=polled_at, **fields | changes)


def hear(scene: Scene, alerts: dict[str, FeedAlerts]) -> None:
    """Feeds that are up say this and nothing else."""
    now = time.time()
    for feed in alerts:
        scene.stage.said.take(FEED_STATUS, encode_feed_status(state(feed, int(now))), now)
    scene.stage.said.alerts = alerts


STRIKE = ServiceAlert("a", 1, 1, 1, (), (InformedEntity(line_id="1"),), (("en", "Strike"),), (), (), since_ms=5)


async def test_a_lines_disruption_is_told_each_time_it_comes_and_when_it_is_over_also_after_a_restart(
    scene: Scene, town: Town
) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.LINE_DISRUPTED, line=f"{NAME}:1")
    await scene.look()
    scene.stage.read_value(record(town))
    for _ in range(2):
        for alerts in ({"f": FeedAlerts("f", NAME, 5, (STRIKE,))}, {}):
            hear(scene, alerts)
            await scene.look()
            await scene.look()
            scene.restart()
            await scene.look()
            scene.stage.read_value(record(town))
            hear(scene, alerts)
            await scene.look()
    noted = await scene.noted()
    assert sorted(each.type for each in noted) == 2 * ["line.disrupted"] + 2 * ["line.recovered"]
    told = [orjson.loads(each.body)["data"] for each in noted if each.type == "line.disrupted"]
    assert [each["texts"] for each in told] == [{"en": "Strike"}] * 2
    assert len({each["disruption_id"] for each in told}) == 2
    assert {each.subject for each in noted} == {each["disruption_id"] for each in told}


async def test_an_alert_of_a_feed_whose_owner_gives_nothing_is_not_told(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS)
    async with scene.ledger.write() as session:
        await add_owner(session, name="Secret", feeds=("secret",), timetables=(), actor="test")
    await scene.want(WebhookEvent.LINE_DISRUPTED, line=f"{NAME}:1")
    await scene.look()
    scene.stage.read_value(record(town))
    hear(scene, {"secret": FeedAlerts("secret", NAME, 5, (STRIKE,))})
    await scene.look()
    scene.stage.said.alerts = {}
    await scene.look()
    assert await scene.noted() == []


async def test_a_stop_outside_the_grants_box_is_not_told_of(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS, box=(48.0, 2.2, 49.0, 2.32))
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    assert scene.stage.read_value(record(town)) == []


async def test_what_was_noted_is_covered_until_its_grant_holds_the_line_no_more(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    (webhook,) = scene.stage.wishes.webhooks
    (made,) = scene.stage.read_value(record(town))
    assert scene.stage.cover(made, webhook) == made.body
    async with scene.ledger.write() as session:
        for row in await session.scalars(select(GrantRow)):
            row.area = {"lines": [f"{NAME}:other"]}
    await scene.look()
    assert scene.stage.cover(made, webhook) == NOTHING
    scene.restart()
    assert scene.stage.cover(made, webhook) is None


async def test_a_field_that_a_grant_has_lost_since_is_not_sent(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    (webhook,) = scene.stage.wishes.webhooks
    (made,) = scene.stage.read_value(record(town))
    async with scene.ledger.write() as session:
        for row in await session.scalars(select(GrantRow)):
            row.fields = ["expected", "occupancy"]
    await scene.look()
    sent = scene.stage.cover(made, webhook)
    assert sent is not None
    told, was = orjson.loads(sent)["data"], orjson.loads(made.body)["data"]
    lost = {"vehicle_id", "vehicle_label", "expected_early_at", "expected_late_at"}
    assert told == {name: value for name, value in was.items() if name not in lost}
    assert lost <= was.keys()


async def test_an_approach_read_minutes_late_is_counted_and_not_told(scene: Scene, town: Town) -> None:
    await scene.grant(FIELDS)
    await scene.want(WebhookEvent.RUN_APPROACHING, line=f"{NAME}:1", stop=f"{NAME}:b", minutes=15)
    await scene.look()
    before = TOO_OLD._value.get()
    late = record(town)
    late.timestamp -= (OLD_S + 1) * 1000
    assert scene.stage.read_value(late) == []
    assert TOO_OLD._value.get() == before + 1


async def test_what_a_feed_said_is_over_when_it_is_gone_for_half_an_hour(scene: Scene, town: Town) -> None:
    said, now = scene.stage.said, time.time()
    hear(scene, {"f": FeedAlerts("f", NAME, 5, (STRIKE,))})
    said.turn([town.timetable])
    assert [each.kind for each in said.edits.overrides] == [OverrideKind.CANCEL_LINE]
    said.take(FEED_STATUS, encode_feed_status(state("f", int(now), down_since=int(now) - 1801)), now)
    said.turn([town.timetable])
    assert (said.edits.overrides, said.list_heard(now)) == ((), [])


async def test_a_recording_that_is_replayed_is_heard_by_its_own_time(scene: Scene) -> None:
    said, now = scene.stage.said, time.time()
    said.alerts = {"f": FeedAlerts("f", NAME, 5, (STRIKE,))}
    assert said.list_heard(now) == []
    said.take(FEED_STATUS, encode_feed_status(state("f", 1_500_000_000, recorded=True)), now)
    assert len(said.list_heard(now + 1799)) == 1
    assert said.list_heard(now + 1800) == []
