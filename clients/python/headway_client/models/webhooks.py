"""What answers about `webhooks` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ReplayWanted(TypedDict):
    """What is to be sent again."""

    delivery: NotRequired[str]
    since_hours: NotRequired[int]


class WebhookWanted(TypedDict):
    """A webhook as it is asked for."""

    url: str
    event: Literal['run.approaching', 'line.disrupted']
    line: NotRequired[str]
    run: NotRequired[str]
    stop: NotRequired[str]
    minutes: NotRequired[int]
