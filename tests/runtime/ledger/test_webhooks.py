"""Webhooks in the ledger: noted once, tried again, given up, disabled, replayed."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from runtime.errors import UserError
from runtime.ledger.database import Ledger
from runtime.ledger.models import ChangeRow, PartnerRow
from runtime.ledger.partners import add_partner
from runtime.ledger.webhook_deliveries import (
    AT_ONCE_EACH,
    KEPT_MS,
    claim_deliveries,
    forget_deliveries,
    list_deliveries,
    note_deliveries,
    note_outcome,
    replay_deliveries,
)
from runtime.ledger.webhook_models import WebhookRow
from runtime.ledger.webhooks import add_webhook, check_webhook, enable_webhook, list_webhooks, now_ms
from schemas.webhooks import Delivery, Webhook, WebhookEvent

DISRUPTED = {"url": "https://a.example/x", "event": WebhookEvent.LINE_DISRUPTED, "line": "town:1"}


def wanted(**said: object) -> Webhook:
    return Webhook(**{"id": "", "partner_id": "p", **DISRUPTED, **said})  # type: ignore[arg-type]  # fields by name


def event(webhook: Webhook, name: str = "evt_1", lives_ms: int = 3_600_000) -> Delivery:
    now = now_ms()
    return Delivery(
        id=name, webhook_id=webhook.id, type="line.disrupted", subject="s", body="{}", made_at_ms=now,
        gives_up_at_ms=now + lives_ms, next_at_ms=now - 1,
    )  # fmt: skip


async def _add(ledger: Ledger, *names: str, lives_ms: int = 3_600_000) -> Webhook:
    async with ledger.write() as session:
        partner = await add_partner(session, name="Maps", plan="standard", actor="test")
        webhook = await add_webhook(session, wanted(partner_id=partner.id), actor="test")
        await note_deliveries(session, [event(webhook, name, lives_ms) for name in names])
    return webhook


@pytest.mark.parametrize(
    "said",
    [
        {"url": "ftp://a.example/x"},
        {"url": "https://"},
        {"url": "https://user:secret@a.example/x"},
        {"url": "https://a.example/" + "x" * 2000},
        {"line": ""},
        {"stop": "town:A"},
        {"event": WebhookEvent.RUN_APPROACHING, "stop": "town:A"},
        {"event": WebhookEvent.RUN_APPROACHING, "minutes": 5},
        {"event": WebhookEvent.RUN_APPROACHING, "line": "", "run": "nonsense", "stop": "town:A", "minutes": 5},
    ],
)
def test_a_webhook_that_cannot_work_is_refused_when_it_is_added(said: dict[str, object]) -> None:
    with pytest.raises(UserError, match="webhook"):
        check_webhook(wanted(**said))


async def test_an_event_is_noted_once_and_claimed_by_one(ledger: Ledger) -> None:
    webhook = await _add(ledger, "evt_1")
    async with ledger.write() as session:
        assert await note_deliveries(session, [event(webhook), event(webhook, "evt_2")]) == 1
    async with ledger.write() as session:
        assert {delivery.id for delivery, _ in await claim_deliveries(session, 10)} == {"evt_1", "evt_2"}
    async with ledger.write() as session:
        assert await claim_deliveries(session, 10) == []


async def test_what_fails_is_tried_later_and_given_up_in_time_and_can_be_replayed(ledger: Ledger) -> None:
    webhook = await _add(ledger, "evt_1", "evt_2", lives_ms=4000)
    for status, error in ((500, "the endpoint answers 500"), (None, "ConnectError")):
        async with ledger.write() as session:
            claimed = await claim_deliveries(session, 1)
            await note_outcome(session, claimed[0][0], status, error, dead_after_s=60)
    async with ledger.write() as session:
        told = await list_deliveries(session, webhook.partner_id, webhook.id, state="failed", limit=9)
        assert sorted((each.id, each.attempts) for each in told) == [("evt_1", 1), ("evt_2", 1)]
        assert await replay_deliveries(session, webhook.partner_id, webhook.id) == 2
    async with ledger.write() as session:
        again = await claim_deliveries(session, 10)
        assert {delivery.id for delivery, _ in again} == {"evt_1", "evt_2"}
        for delivery, _ in again:
            await note_outcome(session, delivery, 204, "", dead_after_s=60)
    async with ledger.read() as session:
        told = await list_deliveries(session, webhook.partner_id, webhook.id, state="delivered", limit=9)
        assert len(told) == 2
        assert [each.failures for each in await list_webhooks(session)] == [0]


@pytest.mark.parametrize(
    ("status", "dead_after_s", "why"), [(410, 10_000, "410 Gone"), (500, 0, "every attempt failed")]
)
async def test_a_dead_endpoint_is_disabled_with_notice_and_what_waits_goes_out_when_it_is_enabled(
    ledger: Ledger, status: int, dead_after_s: int, why: str
) -> None:
    webhook = await _add(ledger, "evt_1", "evt_2")
    async with ledger.write() as session:
        claimed = await claim_deliveries(session, 1)
        await note_outcome(session, claimed[0][0], status, "it failed", dead_after_s=dead_after_s)
    async with ledger.write() as session:
        (found,) = await list_webhooks(session, webhook.partner_id)
        assert found.disabled_at_ms is not None
        assert why in found.disabled_reason
        actions = await session.scalars(select(ChangeRow.action).where(ChangeRow.partner_id == webhook.partner_id))
        assert "webhook_disabled" in set(actions)
        assert await claim_deliveries(session, 10) == []
        await enable_webhook(session, webhook.partner_id, webhook.id, actor="test")
    async with ledger.write() as session:
        assert {delivery.id for delivery, _ in await claim_deliveries(session, 10)} == {"evt_2"}
        assert (await session.get(WebhookRow, webhook.id)) is not None


async def test_a_partner_touches_no_other_partners_webhook(ledger: Ledger) -> None:
    webhook = await _add(ledger)
    async with ledger.write() as session:
        with pytest.raises(UserError, match="no webhook"):
            await enable_webhook(session, "another", webhook.id, actor="test")
        with pytest.raises(UserError, match="no webhook"):
            await replay_deliveries(session, "another", webhook.id)


async def test_what_a_grants_delay_holds_back_is_neither_listed_nor_replayed_before_its_time(ledger: Ledger) -> None:
    webhook = await _add(ledger, "evt_due")
    late = replace(event(webhook, "evt_late"), next_at_ms=now_ms() + 60_000)
    async with ledger.write() as session:
        await note_deliveries(session, [late])
        told = await list_deliveries(session, webhook.partner_id, webhook.id, state="", limit=9)
        assert [each.id for each in told] == ["evt_due"]
        with pytest.raises(UserError, match="delivered or given up"):
            await replay_deliveries(session, webhook.partner_id, webhook.id, delivery_id="evt_late")
    async with ledger.write() as session:
        assert [delivery.id for delivery, _ in await claim_deliveries(session, 10)] == ["evt_due"]


async def test_more_events_than_a_statement_takes_are_noted_at_once(ledger: Ledger) -> None:
    webhook = await _add(ledger)
    many = [event(webhook, f"evt_{number}") for number in range(33_000)]
    async with ledger.write() as session:
        assert await note_deliveries(session, many) == len(many)
    async with ledger.write() as session:
        assert await note_deliveries(session, many) == 0


async def test_nothing_goes_to_a_partner_who_is_suspended(ledger: Ledger) -> None:
    webhook = await _add(ledger, "evt_1")
    async with ledger.write() as session:
        partner = await session.get(PartnerRow, webhook.partner_id)
        assert partner is not None
        partner.suspended_at = 1
    async with ledger.write() as session:
        assert await claim_deliveries(session, 10) == []


async def test_what_grew_too_old_before_it_could_be_sent_is_given_up_unsent(ledger: Ledger) -> None:
    webhook = await _add(ledger, "evt_old", lives_ms=-1)
    async with ledger.write() as session:
        assert await claim_deliveries(session, 10) == []
        (told,) = await list_deliveries(session, webhook.partner_id, webhook.id, state="failed", limit=9)
    assert (told.attempts, told.last_error) == (0, "it was too old before it could be sent")


async def test_a_webhook_with_a_long_queue_takes_few_places_and_leaves_the_others_theirs(ledger: Ledger) -> None:
    slow = await _add(ledger, *(f"evt_{number}" for number in range(50)))
    async with ledger.write() as session:
        quick = await add_webhook(session, wanted(partner_id=slow.partner_id), actor="test")
        await note_deliveries(session, [replace(event(quick, "evt_quick"), next_at_ms=now_ms())])
    async with ledger.write() as session:
        claimed = [webhook.id for _, webhook in await claim_deliveries(session, 10, {slow.id: AT_ONCE_EACH - 1})]
    assert sorted(claimed) == sorted([slow.id, quick.id])
    async with ledger.write() as session:
        assert await claim_deliveries(session, 10, {slow.id: AT_ONCE_EACH}) == []


async def test_a_disruption_that_lasts_is_not_forgotten_and_one_that_is_over_is(ledger: Ledger) -> None:
    webhook = await _add(ledger)
    long_ago = now_ms() - 2 * KEPT_MS
    said = [("evt_1", "line.disrupted", "a#1"), ("evt_2", "line.disrupted", "b#1"), ("evt_3", "line.recovered", "b#1")]
    async with ledger.write() as session:
        await note_deliveries(
            session,
            [
                replace(event(webhook, name), type=kind, subject=subject, made_at_ms=long_ago, state="delivered")
                for name, kind, subject in said
            ],
        )
        await session.flush()
        await forget_deliveries(session)
    async with ledger.read() as session:
        kept = await list_deliveries(session, webhook.partner_id, webhook.id, state="", limit=9)
    assert [each.id for each in kept] == ["evt_1"]
