"""Answers about stops, as OpenAPI describes them."""

from typing import Annotated

from pydantic import Field

from api.shared_schemas import Line, Placed, Stop, Warned


class StopDetail(Stop, Placed):
    """A stop or station with its platforms and the lines that call there."""

    platforms: list[Stop]
    lines: list[Line]
    warnings: list[Warned]


class FoundStop(Stop):
    """A stop that a search found."""

    distance_m: Annotated[int | None, Field(description="From the place asked about, as the crow flies")]


class StopsAnswer(Placed):
    """Stops near a place, nearest first, or by name, best first."""

    stops: list[FoundStop]
    warnings: list[Warned]
