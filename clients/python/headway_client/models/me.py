"""What answers about `me` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class CrosswalkDecision(TypedDict):
    """What a partner says an entry is."""

    id: str
    ours: str | None


class CrosswalkDecisions(TypedDict):
    """Decisions about entries, all of them or none."""

    decisions: list[CrosswalkDecision]


class CrosswalkMatch(TypedDict):
    """What an entry is taken for; only what is `matched` can be asked for as `own:<id>`."""

    id: str
    name: str
    verdict: Literal['matched', 'doubtful', 'missing']
    reason: Literal['code', 'name_and_place', 'name_and_termini', 'name', 'place', 'termini', 'code_elsewhere', 'code_named_otherwise', 'termini_differ', 'several', 'nothing_like_it', 'confirmed', 'rejected', 'confirmed_gone']
    confidence: float
    ours: str | None
    candidates: list[str]
    distance_m: int | None


class CrosswalkReport(TypedDict):
    """A crosswalk with its entries, in the order uploaded."""

    timetable: str
    kind: Literal['stops', 'lines']
    entries: int
    matched: int
    doubtful: int
    missing: int
    decided: int
    version: str
    uploaded_at: str
    report: list[CrosswalkMatch]
    next_after: str | None


class CrosswalkState(TypedDict):
    """One crosswalk: how many of its entries are matched, doubtful and missing."""

    timetable: str
    kind: Literal['stops', 'lines']
    entries: int
    matched: int
    doubtful: int
    missing: int
    decided: int
    version: str
    uploaded_at: str


class CrosswalksAnswer(TypedDict):
    """A partner's crosswalks."""

    crosswalks: list[CrosswalkState]


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
