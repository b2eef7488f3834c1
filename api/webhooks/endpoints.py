"""``/v1/webhooks``: partners add, look at, test, replay, enable and remove their webhooks."""

from datetime import UTC, datetime
from secrets import token_hex
from typing import Annotated, Any, Final, Literal

import msgspec
import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.own.affairs import NO_STORE, actor_of, affairs_of, partner_of, told
from api.page_tokens import CHARACTERS_MAX, read_moment_token, write_moment_token
from api.webhooks.aim import check_aim
from api.webhooks.bodies import ReplayWanted, WebhookWanted
from runtime.deployment_secret import read_secret
from runtime.ledger.webhook_deliveries import list_deliveries, note_test, replay_deliveries
from runtime.ledger.webhooks import (
    add_webhook,
    enable_webhook,
    list_webhooks,
    now_ms,
    remove_webhook,
    rotate_secret,
)
from runtime.webhook_signing import secret_text
from schemas.webhooks import TEST, Delivery, Webhook, WebhookEvent

router = APIRouter(tags=["webhooks"])

_HOUR_MS: Final = 3_600_000
_DELIVERIES_MAX: Final = 500


@router.get("/v1/webhooks", summary="Webhooks")
async def get_webhooks(request: Request) -> Response:
    """The partner's webhooks, oldest first; `disabled_at` and `disabled_reason` of those nothing is sent to."""
    partner = partner_of(request)
    found = await affairs_of(request).ask(lambda session: list_webhooks(session, partner.partner_id))
    return told({"webhooks": [webhook_fields(each) for each in found]})


@router.post("/v1/webhooks", summary="Add a webhook", status_code=201)
async def post_webhook(request: Request, body: WebhookWanted) -> Response:
    """Ask to be told; the answer's `secret` verifies the signatures (Standard Webhooks) and can be rotated."""
    partner = partner_of(request)
    wanted = Webhook(id="", partner_id=partner.partner_id, **body.model_dump() | {"event": WebhookEvent(body.event)})
    check_aim(request.app.state.view, request.scope["state"]["openings"], wanted)
    made = await affairs_of(request).change_quietly(
        lambda session: add_webhook(session, wanted, actor=actor_of(partner))
    )
    return told({**webhook_fields(made), "secret": _secret_of(request, made)}, 201)


@router.post("/v1/webhooks/{webhook_id}/secret", summary="Rotate a webhook's secret")
async def post_secret(request: Request, webhook_id: str) -> Response:
    """A new secret; for a day requests bear a signature of the older one too."""
    partner = partner_of(request)
    made = await affairs_of(request).change_quietly(
        lambda session: rotate_secret(session, partner.partner_id, webhook_id, actor=actor_of(partner))
    )
    return told({**webhook_fields(made), "secret": _secret_of(request, made)})


@router.post("/v1/webhooks/{webhook_id}/enable", summary="Enable a webhook again")
async def post_enable(request: Request, webhook_id: str) -> Response:
    """Send again to a webhook that was disabled: what waits goes out."""
    partner = partner_of(request)
    made = await affairs_of(request).change_quietly(
        lambda session: enable_webhook(session, partner.partner_id, webhook_id, actor=actor_of(partner))
    )
    return told(webhook_fields(made))


@router.delete("/v1/webhooks/{webhook_id}", summary="Remove a webhook", status_code=204)
async def delete_webhook(request: Request, webhook_id: str) -> Response:
    """Nothing more is sent to it; what waits is dropped."""
    partner = partner_of(request)
    await affairs_of(request).change_quietly(
        lambda session: remove_webhook(session, partner.partner_id, webhook_id, actor=actor_of(partner))
    )
    return Response(status_code=204, headers=NO_STORE)


@router.post("/v1/webhooks/{webhook_id}/test", summary="Send a test event", status_code=202)
async def post_test(request: Request, webhook_id: str) -> Response:
    """An event of type `webhook.test` is sent as any other is; five wait at most, and sixty are sent in an hour."""
    partner = partner_of(request)
    now = now_ms()
    at = datetime.fromtimestamp(now // 1000, UTC).isoformat()
    body = {"type": TEST, "timestamp": at, "data": {"webhook_id": webhook_id}}
    delivery = Delivery(
        id=f"evt_{token_hex(16)}",
        webhook_id=webhook_id,
        type=TEST,
        subject="",
        body=orjson.dumps(body).decode(),
        made_at_ms=now,
        gives_up_at_ms=now + _HOUR_MS,
        next_at_ms=now,
    )
    await affairs_of(request).change_quietly(lambda session: note_test(session, partner.partner_id, delivery))
    return told(delivery_fields(delivery), 202)


@router.get("/v1/webhooks/{webhook_id}/deliveries", summary="What was sent to a webhook, and how it went")
async def get_deliveries(
    request: Request,
    webhook_id: str,
    *,
    state: Annotated[Literal["", "pending", "delivered", "failed"], Query(description="Only these")] = "",
    limit: Annotated[int, Query(ge=1, le=_DELIVERIES_MAX, description="At most so many, the newest")] = 50,
    cursor: Annotated[
        str, Query(max_length=CHARACTERS_MAX, description="The `next_cursor` of the page before, with the same state")
    ] = "",
) -> Response:
    """The deliveries of the last seven days, newest first, each under its `webhook-id`; not what is not yet due."""
    partner, listing = partner_of(request), (webhook_id, state)
    after = read_moment_token(cursor, listing) if cursor else None
    found = await affairs_of(request).ask(
        lambda session: list_deliveries(
            session, partner.partner_id, webhook_id, state=state, limit=limit + 1, after=after
        )
    )
    page, last = found[:limit], found[limit - 1] if len(found) > limit else None
    more = None if last is None else write_moment_token(last.made_at_ms, last.id, listing)
    return told({"deliveries": [delivery_fields(each) for each in page], "next_cursor": more})


@router.post("/v1/webhooks/{webhook_id}/replay", summary="Send again", status_code=202)
async def post_replay(request: Request, webhook_id: str, body: ReplayWanted) -> Response:
    """Send one delivery again, or all that failed, under their old `webhook-id`; what is pending goes when due."""
    partner = partner_of(request)
    since_ms = now_ms() - body.since_hours * _HOUR_MS
    count = await affairs_of(request).change_quietly(
        lambda session: replay_deliveries(
            session, partner.partner_id, webhook_id, delivery_id=body.delivery, since_ms=since_ms
        )
    )
    return told({"replayed": count}, 202)


def webhook_fields(webhook: Webhook) -> dict[str, Any]:
    """A webhook as its partner reads it."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "event": webhook.event.value,
        "line": webhook.line or None,
        "run": webhook.run or None,
        "stop": webhook.stop or None,
        "minutes": webhook.minutes or None,
        "created_at": _moment(webhook.created_at_ms),
        "failing_since": _moment(webhook.failing_since_ms),
        "failures": webhook.failures,
        "disabled_at": _moment(webhook.disabled_at_ms),
        "disabled_reason": webhook.disabled_reason or None,
    }


def delivery_fields(delivery: Delivery) -> dict[str, Any]:
    """A delivery as its partner reads it."""
    fields = msgspec.to_builtins(delivery)
    return {
        "id": delivery.id,
        "type": delivery.type,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error or None,
        "made_at": _moment(fields["made_at_ms"]),
        "next_at": _moment(delivery.next_at_ms) if delivery.state == "pending" else None,
        "delivered_at": _moment(delivery.delivered_at_ms),
        "body": orjson.loads(delivery.body),
    }


def _moment(at_ms: int | None) -> str | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


def _secret_of(request: Request, webhook: Webhook) -> str:
    secret = read_secret(affairs_of(request).settings)
    return secret_text(secret, webhook.id, webhook.secret_version)
