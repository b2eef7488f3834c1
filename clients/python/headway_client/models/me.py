"""What answers about `me` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class GrantAsked(TypedDict):
    """A request for a grant."""

    product: str
    purpose: str
    days: NotRequired[int]
    plan: NotRequired[str | None]
    fields: NotRequired[list[str] | None]
    area: NotRequired[SentArea | None]
    trial: NotRequired[bool]
    networks: NotRequired[list[str]]


class KeyRestricted(TypedDict):
    """How a key may be used; what is left out stays."""

    networks: NotRequired[list[str] | None]
    signed: NotRequired[bool | None]


class KeyRotated(TypedDict):
    """How long the older key goes on."""

    overlap_hours: NotRequired[float]


class NeedPosted(TypedDict):
    """What is missed on the shelf."""

    text: str


class SentArea(TypedDict):
    """A part of the network; what is left out does not limit."""

    timetables: NotRequired[list[str]]
    lines: NotRequired[list[str]]
    modes: NotRequired[list[str]]
    box: NotRequired[list[float] | None]
