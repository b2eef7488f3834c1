"""A batch and its answer, as OpenAPI describes them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.arrivals.schemas import ArrivalsAnswer
from api.ids import ID_CHARACTERS_MAX
from api.runs.schemas import RunAnswer
from api.shared_schemas import Described, Line, OfAnyMoment, Problem, Warned

ITEMS_MAX = 1000
GET_ITEMS_MAX = 100

Id = Annotated[str, Field(min_length=1, max_length=ID_CHARACTERS_MAX)]


class BatchRequest(BaseModel):
    """What to answer: stops, lines and vehicles, 1,000 in all at most."""

    model_config = ConfigDict(extra="forbid")

    stops: Annotated[list[Id], Field(max_length=ITEMS_MAX)] = []
    lines: Annotated[list[Id], Field(max_length=ITEMS_MAX)] = []
    vehicles: Annotated[list[Id], Field(max_length=ITEMS_MAX)] = []
    limit: Annotated[int, Field(ge=1, le=100, description="Arrivals of each stop, at most")] = 10
    per_line: Annotated[int, Field(ge=0, le=20, description="Of each line, direction and destination")] = 0
    horizon_s: Annotated[int, Field(ge=60, le=14400, description="How far ahead, in seconds")] = 3600
    fields: Annotated[list[str], Field(max_length=40, description="Only these members of each arrival")] = []
    page_size: Annotated[int, Field(ge=1, le=ITEMS_MAX, description="Items in one answer, at most")] = ITEMS_MAX
    cursor: Annotated[str, Field(max_length=200, description="The `next_cursor` of the page before")] = ""


class LineRuns(Described):
    """A line's runs that a vehicle is on."""

    line: Line
    runs: list[RunAnswer]
    warnings: list[Warned]


class BatchItem(Described):
    """One of the things asked for, with its answer or its problem."""

    kind: Literal["stop", "line", "vehicle"]
    id: str
    status: Annotated[int, Field(description="What a request for it alone would have been answered with")]
    answer: Annotated[
        ArrivalsAnswer | LineRuns | RunAnswer | None,
        Field(description="A stop's arrivals, a line's runs, a vehicle's run; with `fields` trimmed"),
    ]
    problem: Problem | None


class BatchAnswer(OfAnyMoment):
    """Items in the order asked for: stops, lines, vehicles."""

    asked: Annotated[int, Field(description="Items of all pages")]
    failed: Annotated[int, Field(description="Items of this page that have a problem in place of an answer")]
    next_cursor: Annotated[str | None, Field(description="Send it with the same items for the next page")]
    items: list[BatchItem]
