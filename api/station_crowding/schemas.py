"""Crowding at stations, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.arrivals.schemas import CrowdingLevel
from api.shared_schemas import Described, Placed, StopName, Warned


class StationCrowding(CrowdingLevel):
    """How many wait, and how crowded that makes it."""

    riders: Annotated[int, Field(ge=0, description="Who waits there; counted: who is there")]
    percentage: Annotated[
        int,
        Field(
            ge=0,
            description="`observed`: of the riders it is built for; `estimated`: of those who usually stand there "
            "right before vehicles come in its busiest hour. May pass 100",
        ),
    ]
    basis: Annotated[
        Literal["observed", "estimated"],
        Field(
            description="`observed`: counted within five minutes; `estimated`: from who usually boards at this hour, "
            "and how long ago each line's last vehicle left"
        ),
    ]
    observed_at: Annotated[datetime | None, Field(description="When it was counted; null where it is estimated")]


class PlatformCrowding(Described):
    """One platform of it."""

    stop: StopName
    crowding: StationCrowding | None


class StationCrowdingAnswer(Placed):
    """How crowded a stop or station is now, and each of its platforms.

    `crowding` is null where nothing was counted and nothing is known of who usually boards, which never means empty.
    """

    stop: StopName
    crowding: StationCrowding | None
    platforms: list[PlatformCrowding]
    computed_at: datetime
    warnings: list[Warned]
