"""Answers about stops, as OpenAPI describes them."""

from typing import Annotated

from pydantic import Field

from api.shared_schemas import Described, Line, Stop, Warned


class StopDetail(Stop):
    """A stop or station with its platforms and the lines that call there."""

    platforms: list[Stop]
    lines: list[Line]
    warnings: list[Warned]


class FoundStop(Stop):
    """A stop that a search found."""

    distance_m: Annotated[int | None, Field(description="From the place asked about, as the crow flies")]


class StopsAnswer(Described):
    """Stops near a place, nearest first, or by name, best first."""

    stops: list[FoundStop]
    warnings: list[Warned]
