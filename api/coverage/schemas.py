"""The coverage answer, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.shared_schemas import Described, Line, Warned


class GroupCoverage(Described):
    """What the vehicles of the line's group reported; lines that share vehicles share these figures."""

    vehicles: Annotated[int, Field(description="Vehicles that reported in the last poll")]
    matched: Annotated[int, Field(description="Of these, vehicles on a run")]
    runs_today: Annotated[
        int, Field(description="Runs on which any vehicle was said to be, since the service day began")
    ]
    matched_today: Annotated[int, Field(description="Of these, runs that were placed on their pattern")]
    unmatched: Annotated[dict[str, int], Field(description="Vehicles without a run now, by reason")]


class LineCoverage(Described):
    """One line: which runs are due, which are tracked."""

    line: Line
    due_now: Annotated[int, Field(description="Runs that should be under way by the timetable")]
    tracked_now: Annotated[int, Field(description="Runs with a vehicle that is heard")]
    due_tracked_now: Annotated[int, Field(description="Runs that are both")]
    due_today: Annotated[int, Field(description="Runs of the service day")]
    started_today: Annotated[int, Field(description="Of these, runs that should have started by now")]
    why_not: Annotated[dict[str, int], Field(description="Due runs without a vehicle, by what is known of them")]
    computed_at: datetime | None
    group: GroupCoverage | None


class CoverageAnswer(Described):
    """Every line with service today or vehicles now."""

    lines: list[LineCoverage]
    warnings: list[Warned]
