"""What partners may be told by webhook, and what is sent."""

from enum import StrEnum

import msgspec


class WebhookEvent(StrEnum):
    """What a webhook waits for."""

    RUN_APPROACHING = "run.approaching"
    """A run, or any run of a line, is so many minutes from a stop."""
    LINE_DISRUPTED = "line.disrupted"
    """Something goes wrong on a line; ``line.recovered`` follows when it is over."""


LINE_RECOVERED = "line.recovered"
TEST = "webhook.test"


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook. Ids are public; times POSIX milliseconds."""

    id: str
    partner_id: str
    url: str
    event: WebhookEvent
    line: str = ""
    run: str = ""
    stop: str = ""
    minutes: int = 0
    created_at_ms: int = 0
    secret_version: int = 1
    rotated_at_ms: int | None = None
    failing_since_ms: int | None = None
    failures: int = 0
    disabled_at_ms: int | None = None
    disabled_reason: str = ""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one webhook; ``id`` is the ``webhook-id`` of every attempt."""

    id: str
    webhook_id: str
    type: str
    subject: str
    body: str
    made_at_ms: int
    gives_up_at_ms: int
    state: str = "pending"
    next_at_ms: int = 0
    attempts: int = 0
    last_status: int | None = None
    last_error: str = ""
    delivered_at_ms: int | None = None
