"""What is to be delivered to webhooks: noted once under its id, claimed, sent, tried again, given up."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.models import PartnerRow
from runtime.ledger.webhook_models import DeliveryRow, WebhookRow
from runtime.ledger.webhooks import find_webhook, now_ms, webhook_of
from schemas.webhooks import LINE_RECOVERED, Delivery, Webhook, WebhookEvent

PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"

CLAIM_MS: Final = 60_000
"""A process that was killed while it sent leaves its deliveries to others after this."""

AT_ONCE_EACH: Final = 4
"""Requests under way to one webhook: a slow endpoint does not hold up the others."""

KEPT_MS: Final = 7 * 86_400_000
"""Deliveries are kept, to be looked up and replayed, for this long."""

BACKOFF_S: Final = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800)
"""Waits between attempts; the last goes on."""

ASKED_AT_ONCE: Final = 5000
"""Ids in one statement: PostgreSQL takes 32,767 values, SQLite as many."""

_ACTOR: Final = "headway webhooks"


def delivery_of(row: DeliveryRow) -> Delivery:
    """A row's delivery."""
    return Delivery(**{name: getattr(row, name) for name in Delivery.__struct_fields__})


async def note_deliveries(session: AsyncSession, made: Sequence[Delivery]) -> int:
    """Note events that are to be delivered; those noted before are left as they are. How many were new."""
    wanted = {each.id: each for each in made}
    ids, known = list(wanted), set[str]()
    for first in range(0, len(ids), ASKED_AT_ONCE):
        asked = DeliveryRow.id.in_(ids[first : first + ASKED_AT_ONCE])
        known |= set(await session.scalars(select(DeliveryRow.id).where(asked)))
    new = [each for each in wanted.values() if each.id not in known]
    session.add_all(
        DeliveryRow(**{name: getattr(each, name) for name in Delivery.__struct_fields__}, claimed_until_ms=0)
        for each in new
    )
    return len(new)


TESTS_WAITING_MAX: Final = 5
"""Test events of a webhook that wait, or are tried again, at once."""

TESTS_AN_HOUR_MAX: Final = 60
"""Test events of a webhook in an hour: each is a request to somebody's address, and is kept for days."""

_HOUR_MS: Final = 3_600_000


async def note_test(session: AsyncSession, partner_id: str, delivery: Delivery) -> None:
    """Note a test event that is to be delivered to a partner's webhook.

    Raises:
        UserError: the partner has no such webhook, or as many tests wait, or were asked for in the last hour, as may.
    """
    # of two who ask at once the second counts the first's
    await find_webhook(session, partner_id, delivery.webhook_id, for_update=True)
    tests = select(func.count()).where(DeliveryRow.webhook_id == delivery.webhook_id, DeliveryRow.type == delivery.type)
    waiting = await session.scalar(tests.where(DeliveryRow.state == PENDING)) or 0
    if waiting >= TESTS_WAITING_MAX:
        raise UserError(
            f"webhook {delivery.webhook_id}: {waiting} test events wait already; GET /v1/webhooks/"
            f"{delivery.webhook_id}/deliveries?state=pending says why they did not arrive; mend that, or wait an hour"
        )
    made = await session.scalar(tests.where(DeliveryRow.made_at_ms > delivery.made_at_ms - _HOUR_MS)) or 0
    if made >= TESTS_AN_HOUR_MAX:
        raise UserError(
            f"webhook {delivery.webhook_id}: {made} test events were sent in the last hour, and no more may be;"
            " POST .../replay sends one that arrived again, or wait until the first of them is an hour old"
        )
    await note_deliveries(session, [delivery])


async def claim_deliveries(
    session: AsyncSession,
    limit: int,
    under_way: Mapping[str, int] = MappingProxyType({}),
    *,
    among: Collection[str] | None = None,
    apart: Collection[str] = (),
) -> list[tuple[Delivery, Webhook]]:
    """Take deliveries that are due, for a minute; other processes leave them alone meanwhile.

    At most ``AT_ONCE_EACH`` of one webhook are under way: ``under_way`` counts those that the caller holds already, by
    webhook (id). ``among``: only of these webhooks; ``apart``: of none of those. What has grown too old is given up
    unsent; nothing goes to partners who are suspended.
    """
    now, held = now_ms(), Counter(under_way)
    is_due = and_(DeliveryRow.state == PENDING, DeliveryRow.next_at_ms <= now, DeliveryRow.claimed_until_ms <= now)
    await _give_up_old(session, is_due, now)
    full = [webhook for webhook, count in held.items() if count >= AT_ONCE_EACH]
    place = func.row_number().over(partition_by=DeliveryRow.webhook_id, order_by=DeliveryRow.next_at_ms)
    ranked = (
        select(DeliveryRow.id, place.label("place"))
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .join(PartnerRow, PartnerRow.id == WebhookRow.partner_id)
        .where(is_due, WebhookRow.disabled_at_ms.is_(None), PartnerRow.suspended_at.is_(None))
        .where(WebhookRow.id.not_in([*full, *apart]))
        .where(true() if among is None else WebhookRow.id.in_(among))
        .subquery()
    )
    due = (
        select(DeliveryRow, WebhookRow)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .where(DeliveryRow.id.in_(select(ranked.c.id).where(ranked.c.place <= AT_ONCE_EACH)), is_due)
        .order_by(DeliveryRow.next_at_ms)
        .limit(limit)
        .with_for_update(skip_locked=True, of=DeliveryRow)
    )
    claimed = []
    for delivery, webhook in (await session.execute(due)).all():
        held[webhook.id] += 1
        if held[webhook.id] <= AT_ONCE_EACH:
            delivery.claimed_until_ms = now + CLAIM_MS
            claimed.append((delivery_of(delivery), webhook_of(webhook)))
    return claimed


async def _give_up_old(session: AsyncSession, is_due: ColumnElement[bool], now: int) -> None:
    old = select(DeliveryRow).where(is_due, DeliveryRow.gives_up_at_ms < now).limit(ASKED_AT_ONCE)
    for row in await session.scalars(old.with_for_update(skip_locked=True)):
        row.state, row.last_error = FAILED, row.last_error or "it was too old before it could be sent"
    await session.flush()


async def refuse_delivery(session: AsyncSession, delivery: Delivery, why: str) -> None:
    """Give a delivery up unsent; its webhook's endpoint did nothing wrong."""
    row = await session.get(DeliveryRow, delivery.id)
    if row is not None:
        row.state, row.claimed_until_ms, row.last_error = FAILED, 0, why


async def mask_delivery(session: AsyncSession, delivery: Delivery, body: str) -> None:
    """Keep of a delivery only what may still be told."""
    row = await session.get(DeliveryRow, delivery.id)
    if row is not None:
        row.body = body


async def put_off_delivery(session: AsyncSession, delivery: Delivery, wait_ms: int) -> None:
    """Leave a delivery for a while, as if it had not been claimed."""
    row = await session.get(DeliveryRow, delivery.id)
    if row is not None:
        row.next_at_ms, row.claimed_until_ms = now_ms() + wait_ms, 0


async def note_outcome(
    session: AsyncSession, delivery: Delivery, status: int | None, error: str, *, dead_after_s: int
) -> None:
    """Note how an attempt went: ``status`` is HTTP's, ``None`` where none came; an empty ``error`` is success.

    A webhook that answers 410, or fails at every attempt for ``dead_after_s``, is disabled, which stands in the audit.
    """
    now = now_ms()
    row = await session.get(DeliveryRow, delivery.id)
    webhook = await session.get(WebhookRow, delivery.webhook_id)
    if row is None or webhook is None:
        return
    row.attempts += 1
    row.claimed_until_ms = 0
    row.last_status, row.last_error = status, error[:500]
    if not error:
        row.state, row.delivered_at_ms = DELIVERED, now
        webhook.failing_since_ms, webhook.failures = None, 0
        return
    row.next_at_ms = now + 1000 * BACKOFF_S[min(row.attempts, len(BACKOFF_S)) - 1]
    if row.next_at_ms > row.gives_up_at_ms:
        row.state = FAILED
    webhook.failing_since_ms = webhook.failing_since_ms or now
    webhook.failures += 1
    is_dead = now - webhook.failing_since_ms >= 1000 * dead_after_s
    if webhook.disabled_at_ms is None and (status == _GONE or is_dead):
        _disable(session, webhook, status, error, now)


_GONE: Final = 410


def _disable(session: AsyncSession, webhook: WebhookRow, status: int | None, error: str, now: int) -> None:
    since_s = (now - (webhook.failing_since_ms or now)) // 1000
    why = "it answered 410 Gone" if status == _GONE else f"every attempt failed for {since_s} s; last: {error[:200]}"
    webhook.disabled_at_ms, webhook.disabled_reason = now, why
    record_change(session, Change(_ACTOR, "webhook_disabled", webhook.partner_id, {"webhook": webhook.id, "why": why}))


async def list_deliveries(
    session: AsyncSession,
    partner_id: str,
    webhook_id: str,
    *,
    state: str,
    limit: int,
    after: tuple[int, str] | None = None,
) -> list[Delivery]:
    """A webhook's deliveries, newest first: of one state where it is named, those after ``after`` (made_at_ms, id).

    What a grant's delay holds back is not among them before its time.

    Raises:
        UserError: the partner has no such webhook.
    """
    await find_webhook(session, partner_id, webhook_id)
    held_back = and_(DeliveryRow.state == PENDING, DeliveryRow.attempts == 0, DeliveryRow.next_at_ms > now_ms())
    query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id, not_(held_back))
    if state:
        query = query.where(DeliveryRow.state == state)
    if after is not None:
        made_at_ms, delivery_id = after
        same_moment = and_(DeliveryRow.made_at_ms == made_at_ms, DeliveryRow.id > delivery_id)
        query = query.where(or_(DeliveryRow.made_at_ms < made_at_ms, same_moment))
    found = await session.scalars(query.order_by(DeliveryRow.made_at_ms.desc(), DeliveryRow.id).limit(limit))
    return [delivery_of(row) for row in found]


async def replay_deliveries(
    session: AsyncSession, partner_id: str, webhook_id: str, *, delivery_id: str = "", since_ms: int = 0
) -> int:
    """Send again: one delivery, or all that failed since a moment (POSIX ms), under their old ids; how many.

    What is still to be sent goes when it is due, and not before: a grant's delay stands.

    Raises:
        UserError: the partner has no such webhook, or no such delivery that was delivered or given up.
    """
    await find_webhook(session, partner_id, webhook_id)
    now = now_ms()
    again = update(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    if delivery_id:
        again = again.where(DeliveryRow.id == delivery_id, DeliveryRow.state != PENDING)
    else:
        again = again.where(DeliveryRow.state == FAILED, DeliveryRow.made_at_ms >= since_ms)
    done = await session.execute(
        again.values(
            state=PENDING, next_at_ms=now, claimed_until_ms=0, attempts=0, gives_up_at_ms=now + 86_400_000
        ).execution_options(synchronize_session=False)
    )
    count = int(getattr(done, "rowcount", 0))
    if delivery_id and not count:
        raise UserError(
            f"webhook {webhook_id}: no delivery {delivery_id} was delivered or given up; others go when due"
        )
    return count


async def forget_deliveries(session: AsyncSession) -> None:
    """Let go of what was delivered, or given up, long ago; a disruption that lasts is kept, lest it be told again."""
    old = DeliveryRow.made_at_ms < now_ms() - KEPT_MS
    later = aliased(DeliveryRow)
    is_over = exists().where(
        later.webhook_id == DeliveryRow.webhook_id,
        later.subject == DeliveryRow.subject,
        later.type == LINE_RECOVERED,
    )
    lasts = and_(DeliveryRow.type == WebhookEvent.LINE_DISRUPTED, not_(is_over))
    gone = delete(DeliveryRow).where(old, DeliveryRow.state != PENDING, not_(lasts))
    await session.execute(gone.execution_options(synchronize_session=False))
