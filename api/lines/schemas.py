"""Answers about lines, as OpenAPI describes them."""

from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Described, Line, Placed, Stop, Warned


class Direction(Described):
    """One direction of a line and where its vehicles go, the busiest destination first."""

    direction_id: Literal[0, 1] | None
    headsigns: list[str]


class LineSummary(Line):
    """A line among others."""

    agency: str | None
    directions: list[Direction]


class PatternCall(Described):
    """A pattern's visit to a stop."""

    stop_id: str
    stop_sequence: int
    progress_m: Annotated[int, Field(description="Metres along the pattern")]
    boardable: bool
    alightable: bool
    timing_point: Annotated[bool, Field(description="Vehicles that are early wait here")]


class Pattern(Described):
    """One distinct sequence of calls of the line, along one shape."""

    id: str
    direction_id: Literal[0, 1] | None
    headsign: str
    length_m: int
    trips: Annotated[int, Field(description="Trips of the whole timetable that follow it")]
    has_shape: Annotated[bool, Field(description="False: straight lines between stops")]
    calls: list[PatternCall]
    shape: Annotated[
        list[tuple[float, float]],
        Field(
            default_factory=list,
            description="Latitude and longitude (WGS-84), within 1 m of the feed's; `shapes=false`: none",
        ),
    ]


class LineDetail(LineSummary, Placed):
    """A line with its patterns and stops."""

    line_group: Annotated[list[str], Field(description="The lines that share its vehicles and directions, itself too")]
    patterns: list[Pattern]
    stops: list[Stop]
    warnings: list[Warned]


class LinesAnswer(Described):
    """All lines, in the order their agency gives them."""

    lines: list[LineSummary]
    warnings: list[Warned]
