"""The whole city's file, as OpenAPI describes it."""

from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Basis, Described, OccupancyStatus, Verdict


class CityRun(Described):
    """A run with a vehicle that is heard. Moments are POSIX seconds."""

    run_id: str
    line_id: str
    direction_id: Literal[0, 1] | None
    vehicle_id: str
    observed_at: int
    computed_at: int
    valid_until: Annotated[int, Field(description="Do not show it after this moment")]
    basis: Basis
    verdict: Verdict
    delay_s: int | None
    occupancy_status: OccupancyStatus | None
    occupancy_percentage: int | None
    calls: Annotated[list[list[str | int | None]], Field(description="Each as `columns` says; POSIX seconds")]


class CityAnswer(Described):
    """Every tracked run of a timetable."""

    timetable: str
    columns: Annotated[list[str], Field(description="What stands in each call, in this order")]
    computed_at: Annotated[int, Field(description="The newest poll it rests on, POSIX seconds")]
    runs: list[CityRun]
