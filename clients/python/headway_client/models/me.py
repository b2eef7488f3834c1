"""What answers about `me` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Partner,
    PlanTerms,
)


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


class CrosswalkReport(CrosswalkState):
    """A crosswalk with its entries, in the order uploaded."""

    report: list[CrosswalkMatch]
    next_after: str | None
    next_cursor: str | None


class CrosswalksAnswer(TypedDict):
    """A partner's crosswalks."""

    crosswalks: list[CrosswalkState]


class Grant(TypedDict):
    """A grant of one version of a product; what is null or empty is as the product has it."""

    id: str
    partner_id: str
    product_id: str
    product_version: int
    purpose: str
    plan: str | None
    fields: list[str] | None
    area: GrantedArea | None
    delay_s: int
    rate_per_s: float | None
    networks: list[str]
    starts_at: str
    expires_at: str | None
    trial: bool
    suspended_at: str | None
    revoked_at: str | None
    rule: str
    state: Literal['live', 'suspended', 'expired', 'revoked']


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


class GrantRequest(TypedDict):
    """A request for a grant, and how it was decided."""

    id: str
    partner_id: str
    product_id: str
    asked: dict[str, Any]
    state: str
    reason: str | None
    rule: str | None
    grant_id: str | None
    asked_at: str
    decided_at: str | None
    rule_says: str | None


class GrantedArea(TypedDict):
    """A part of the network; empty lists do not limit."""

    timetables: list[str]
    lines: list[str]
    modes: list[str]
    box: list[float] | None


class GrantsAnswer(TypedDict):
    """Every grant the partner was given, oldest first."""

    grants: list[Grant]


class Key(TypedDict):
    """A key by its id; its text is kept nowhere."""

    id: str
    partner_id: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    networks: list[str]
    signed: bool


class KeyRestricted(TypedDict):
    """How a key may be used; what is left out stays."""

    networks: NotRequired[list[str] | None]
    signed: NotRequired[bool | None]


class KeyRotated(TypedDict):
    """How long the older key goes on."""

    overlap_hours: NotRequired[float]


class KeysAnswer(TypedDict):
    """The partner's keys, dead ones too, and the one that asks."""

    keys: list[Key]
    this_key: str


class MeAnswer(TypedDict):
    """Who asks, under which plan, and what is open, what is asked first first."""

    partner: Partner
    key_id: str
    plan: PlanTerms
    open: list[Opening]


class Need(TypedDict):
    """What is missed on the shelf, and what came of it."""

    id: str
    partner_id: str
    text: str
    posted_at: str
    answered_at: str | None
    product_id: str | None
    answer: str


class NeedPosted(TypedDict):
    """What is missed on the shelf."""

    text: str


class NeedsAnswer(TypedDict):
    """Needs, newest first."""

    needs: list[Need]


class NewKey(TypedDict):
    """A second key; `key` is its text, shown this once."""

    id: str
    key: str
    older_lapses_in_s: int


class Opening(TypedDict):
    """What one grant, or an open product, reaches at this moment."""

    grant: str | None
    product: str
    kinds: list[str]
    fields: list[str]
    withheld_by_owners: dict[str, Any]
    closed_by_owners: list[str]
    delay_s: int
    count_classes: list[int]
    networks: list[str]
    expires_at: str | None
    own_quota: str | None
    rate_per_s: float | None


class RequestsAnswer(TypedDict):
    """Requests for grants, newest first."""

    requests: list[GrantRequest]


class RestrictedKey(Key):
    """A key, and the secret that signs its requests where they must be signed from now on."""

    signing_secret: NotRequired[str | None]


class SentArea(TypedDict):
    """A part of the network; what is left out does not limit."""

    timetables: NotRequired[list[str]]
    lines: NotRequired[list[str]]
    modes: NotRequired[list[str]]
    box: NotRequired[list[float] | None]
