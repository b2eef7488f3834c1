"""Webhooks as partners keep them: added, listed, their secret rotated, enabled again, removed."""

import time
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.key_format import random_text
from runtime.ledger.webhook_models import DeliveryRow, WebhookRow
from schemas.webhooks import Webhook, WebhookEvent
from transit.answers.run_ids import parse_run_id

WEBHOOKS_MAX: Final = 100
"""Webhooks of one partner."""

MINUTES_MAX: Final = 60
URL_MAX: Final = 2000
_ID_CHARACTERS: Final = 16


def webhook_of(row: WebhookRow) -> Webhook:
    """A row's webhook."""
    fields = {name: getattr(row, name) for name in Webhook.__struct_fields__}
    return Webhook(**fields | {"event": WebhookEvent(row.event)})


def check_webhook(wanted: Webhook) -> Webhook:
    """The webhook, if its address can be sent to and it names what its event needs.

    Raises:
        UserError: it does not; the message says what is missing.
    """
    try:
        address = urlsplit(wanted.url)
        is_address = address.scheme in ("https", "http") and bool(address.hostname) and address.port != 0
    except ValueError:
        is_address = False
    if not is_address or len(wanted.url) > URL_MAX:
        raise UserError("webhook: url is an https address of 2,000 characters at most")
    if address.username is not None or address.password is not None or address.fragment:
        raise UserError("webhook: an address holds no user, password or fragment; requests are signed instead")
    if wanted.event is WebhookEvent.RUN_APPROACHING:
        if not wanted.stop or bool(wanted.run) == bool(wanted.line):
            raise UserError("webhook run.approaching: name a stop, and a run or a line")
        if not 1 <= wanted.minutes <= MINUTES_MAX:
            raise UserError(f"webhook run.approaching: minutes is 1 to {MINUTES_MAX}")
    elif not wanted.line or wanted.stop or wanted.run or wanted.minutes:
        raise UserError("webhook line.disrupted: name a line, and nothing else")
    if wanted.run:
        try:
            parse_run_id(wanted.run)
        except ValueError as wrong:
            raise UserError(f"webhook: {wrong}") from None
    return wanted


async def add_webhook(session: AsyncSession, wanted: Webhook, *, actor: str) -> Webhook:
    """Add a webhook of a partner; it gets its id here.

    Raises:
        UserError: it does not say what its event needs, or the partner has as many as it may.
    """
    check_webhook(wanted)
    counted = await session.scalar(
        select(func.count()).select_from(WebhookRow).where(WebhookRow.partner_id == wanted.partner_id)
    )
    if (counted or 0) >= WEBHOOKS_MAX:
        raise UserError(f"webhook: a partner has {WEBHOOKS_MAX} at most; remove one")
    row = WebhookRow(
        id=random_text(_ID_CHARACTERS),
        partner_id=wanted.partner_id,
        url=wanted.url,
        event=wanted.event.value,
        line=wanted.line,
        run=wanted.run,
        stop=wanted.stop,
        minutes=wanted.minutes,
        created_at_ms=now_ms(),
        secret_version=1,
        failures=0,
        disabled_reason="",
    )
    session.add(row)
    await session.flush()
    record_change(session, Change(actor, "webhook_added", row.partner_id, {"webhook": row.id, "event": row.event}))
    return webhook_of(row)


async def list_webhooks(session: AsyncSession, partner_id: str | None = None) -> list[Webhook]:
    """A partner's webhooks, or everybody's, oldest first."""
    query = select(WebhookRow).order_by(WebhookRow.created_at_ms, WebhookRow.id)
    if partner_id is not None:
        query = query.where(WebhookRow.partner_id == partner_id)
    return [webhook_of(row) for row in await session.scalars(query)]


async def find_webhook(
    session: AsyncSession, partner_id: str, webhook_id: str, *, for_update: bool = False
) -> WebhookRow:
    """A partner's own webhook; ``for_update`` keeps others from it until the transaction ends.

    Raises:
        UserError: the partner has none of that id.
    """
    row = await session.get(WebhookRow, webhook_id, with_for_update=for_update or None)
    if row is None or row.partner_id != partner_id:
        raise UserError(f"there is no webhook {webhook_id} of yours: GET /v1/webhooks shows them")
    return row


async def remove_webhook(session: AsyncSession, partner_id: str, webhook_id: str, *, actor: str) -> None:
    """Remove a webhook with all that was to be delivered to it.

    Raises:
        UserError: the partner has none of that id.
    """
    row = await find_webhook(session, partner_id, webhook_id)
    await session.execute(delete(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id))
    await session.delete(row)
    record_change(session, Change(actor, "webhook_removed", partner_id, {"webhook": webhook_id}))


async def enable_webhook(session: AsyncSession, partner_id: str, webhook_id: str, *, actor: str) -> Webhook:
    """Send to a webhook again that was disabled; what waits goes out.

    Raises:
        UserError: the partner has none of that id.
    """
    row = await find_webhook(session, partner_id, webhook_id)
    if row.disabled_at_ms is not None:
        row.disabled_at_ms, row.disabled_reason = None, ""
        row.failing_since_ms, row.failures = None, 0
        record_change(session, Change(actor, "webhook_enabled", partner_id, {"webhook": webhook_id}))
    return webhook_of(row)


async def rotate_secret(session: AsyncSession, partner_id: str, webhook_id: str, *, actor: str) -> Webhook:
    """Give a webhook another secret; requests are signed with both for a day.

    Raises:
        UserError: the partner has none of that id.
    """
    row = await find_webhook(session, partner_id, webhook_id)
    row.secret_version += 1
    row.rotated_at_ms = now_ms()
    record_change(session, Change(actor, "webhook_secret_rotated", partner_id, {"webhook": webhook_id}))
    return webhook_of(row)


def now_ms() -> int:
    """The time of day (POSIX ms)."""
    return time.time_ns() // 1_000_000
