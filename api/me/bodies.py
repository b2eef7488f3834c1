"""What partners send about their own affairs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(min_length=1, max_length=120)]
Id = Annotated[str, Field(min_length=1, max_length=400)]


class Sent(BaseModel):
    """Base of everything sent: nothing but what is named."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SentArea(Sent):
    """A part of the network; what is left out does not limit."""

    timetables: Annotated[list[Word], Field(max_length=50)] = []
    lines: Annotated[list[Id], Field(max_length=2000, description="Public ids")] = []
    modes: Annotated[list[Word], Field(max_length=10)] = []
    box: Annotated[
        list[float] | None, Field(min_length=4, max_length=4, description="south, west, north, east (degrees)")
    ] = None


class GrantAsked(Sent):
    """A request for a grant."""

    product: Annotated[str, Field(min_length=1, max_length=40, description="A product's id; see /v1/products")]
    purpose: Annotated[Word, Field(description="What for; owners' terms may depend on it")]
    days: Annotated[int, Field(ge=1, le=3660)] = 365
    plan: Annotated[str | None, Field(max_length=64, description="A quota of the grant's own")] = None
    fields: Annotated[list[Word] | None, Field(max_length=50, description="Fewer than the product holds")] = None
    area: Annotated[SentArea | None, Field(description="Less than the product holds")] = None
    trial: Annotated[bool, Field(description="Two weeks on real output, or as long on a simulated city")] = False
    networks: Annotated[list[Word], Field(max_length=50, description="Only from these: 192.0.2.0/24")] = []


class KeyRestricted(Sent):
    """How a key may be used; what is left out stays."""

    networks: Annotated[list[Word] | None, Field(max_length=50)] = None
    signed: bool | None = None


class KeyRotated(Sent):
    """How long the older key goes on."""

    overlap_hours: Annotated[float, Field(ge=0, le=720)] = 24.0


class NeedPosted(Sent):
    """What is missed on the shelf."""

    text: Annotated[str, Field(min_length=10, max_length=2000)]
