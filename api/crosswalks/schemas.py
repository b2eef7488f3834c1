"""Crosswalks as OpenAPI describes them."""

from typing import Annotated, Literal

from pydantic import Field

from api.me.bodies import Sent
from api.shared_schemas import Described


class CrosswalkDecision(Sent):
    """What a partner says an entry is."""

    id: Annotated[str, Field(min_length=1, max_length=100, description="Yours")]
    ours: Annotated[str | None, Field(max_length=300, description="The public id that it is; null: none of them")]


class CrosswalkDecisions(Sent):
    """Decisions about entries, all of them or none."""

    decisions: Annotated[list[CrosswalkDecision], Field(min_length=1, max_length=1000)]


class CrosswalkState(Described):
    """One crosswalk: how many of its entries are matched, doubtful and missing."""

    timetable: str
    kind: Literal["stops", "lines"]
    entries: int
    matched: int
    doubtful: int
    missing: int
    decided: Annotated[int, Field(description="Entries that you decided about")]
    version: Annotated[str, Field(description="The timetable's version that it is matched with")]
    uploaded_at: str


class CrosswalksAnswer(Described):
    """A partner's crosswalks."""

    crosswalks: list[CrosswalkState]


class CrosswalkMatch(Described):
    """What an entry is taken for; only what is `matched` can be asked for as `own:<id>`."""

    id: Annotated[str, Field(description="Yours")]
    name: Annotated[str, Field(description="As you gave it")]
    verdict: Literal["matched", "doubtful", "missing"]
    reason: Annotated[
        Literal[
            "code",
            "name_and_place",
            "name_and_termini",
            "name",
            "place",
            "termini",
            "code_elsewhere",
            "code_named_otherwise",
            "termini_differ",
            "several",
            "nothing_like_it",
            "confirmed",
            "rejected",
            "confirmed_gone",
        ],
        Field(description="What the verdict rests on"),
    ]
    confidence: Annotated[float, Field(ge=0, le=1)]
    ours: Annotated[str | None, Field(description="The likeliest public id")]
    candidates: Annotated[list[str], Field(description="Public ids, the likeliest first, five at most")]
    distance_m: Annotated[int | None, Field(description="Ours from the place that you gave")]


class CrosswalkReport(CrosswalkState):
    """A crosswalk with its entries, in the order uploaded."""

    report: list[CrosswalkMatch]
    next_after: Annotated[
        str | None, Field(deprecated=True, description="The last id of this page, where there are more")
    ]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page")]
