"""A partner's own affairs, as OpenAPI describes them. Moments are RFC 3339 in UTC."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.shared_schemas import Described


class Partner(Described):
    """Who asks."""

    id: str
    name: str


class PlanTerms(Described):
    """A quota: `burst_per_s` tokens a second refill a bucket of `burst_size`; days and months are UTC."""

    name: str
    burst_per_s: float
    burst_size: int
    per_day: int
    per_month: int
    weights: Annotated[dict[str, int], Field(description="Tokens a request, by kind; one where none is said")]
    streams: Annotated[int, Field(description="Open at once")]


class Opening(Described):
    """What one grant, or an open product, reaches at this moment."""

    grant: Annotated[str | None, Field(description="Null: an open product")]
    product: str
    kinds: list[str]
    fields: list[str]
    withheld_by_owners: Annotated[dict[str, list[str]], Field(description="By feed")]
    closed_by_owners: Annotated[list[str], Field(description="Timetables of which nothing is told")]
    delay_s: int
    count_classes: list[int]
    networks: list[str]
    expires_at: str | None
    own_quota: Annotated[str | None, Field(description="A plan of the grant's own")]
    rate_per_s: float | None


class MeAnswer(Described):
    """Who asks, under which plan, and what is open, what is asked first first."""

    partner: Partner
    key_id: str
    plan: PlanTerms
    open: list[Opening]


class GrantedArea(Described):
    """A part of the network; empty lists do not limit."""

    timetables: list[str]
    lines: list[str]
    modes: list[str]
    box: Annotated[list[float] | None, Field(description="south, west, north, east (degrees)")]


class Grant(Described):
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
    rule: Annotated[str, Field(description="What approved it: a rule's name, or who of the staff")]
    state: Literal["live", "suspended", "expired", "revoked"]


class GrantsAnswer(Described):
    """Every grant the partner was given, oldest first."""

    grants: list[Grant]


class GrantRequest(Described):
    """A request for a grant, and how it was decided."""

    id: str
    partner_id: str
    product_id: str
    asked: Annotated[dict[str, Any], Field(description="As it was sent")]
    state: str
    reason: Annotated[str | None, Field(description="Why it waits or was refused")]
    rule: Annotated[str | None, Field(description="What approved it")]
    grant_id: str | None
    asked_at: str
    decided_at: str | None
    rule_says: Annotated[str | None, Field(description="The rule in a sentence")]


class RequestsAnswer(Described):
    """Requests for grants, newest first."""

    requests: list[GrantRequest]


class Need(Described):
    """What is missed on the shelf, and what came of it."""

    id: str
    partner_id: str
    text: str
    posted_at: str
    answered_at: str | None
    product_id: str | None
    answer: str


class NeedsAnswer(Described):
    """Needs, newest first."""

    needs: list[Need]


class Key(Described):
    """A key by its id; its text is kept nowhere."""

    id: str
    partner_id: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    networks: list[str]
    signed: bool


class KeysAnswer(Described):
    """The partner's keys, dead ones too, and the one that asks."""

    keys: list[Key]
    this_key: str


class RestrictedKey(Key):
    """A key, and the secret that signs its requests where they must be signed from now on."""

    signing_secret: Annotated[str | None, Field(description="Base64")] = None


class NewKey(Described):
    """A second key; `key` is its text, shown this once."""

    id: str
    key: str
    older_lapses_in_s: int
