"""Answers about vehicles, as OpenAPI describes them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import (
    Basis,
    Described,
    Line,
    Occupancy,
    OfAnyMoment,
    Reason,
    RunStateName,
    StopName,
    Verdict,
    Warned,
)


class Vehicle(Described):
    """A vehicle and the run it is on."""

    id: Annotated[str, Field(description="`<feed>:<vehicle>`")]
    label: str | None
    line: Line | None
    direction_id: Literal[0, 1] | None
    headsign: str | None
    run_id: str
    latitude: Annotated[float | None, Field(description="WGS-84, as reported; null for trains placed by stop")]
    longitude: float | None
    bearing_deg: Annotated[float | None, Field(description="Degrees clockwise from north")]
    speed_mps: Annotated[float | None, Field(description="Metres a second")]
    pattern_id: str | None
    progress_m: Annotated[int, Field(description="Metres along the pattern")]
    state: Annotated[RunStateName, Field(description="How it stands to its next stop")]
    next_stop: StopName | None
    delay_s: Annotated[int | None, Field(description="Seconds late against the timetable; early is negative")]
    occupancy: Occupancy | None
    basis: Basis
    observed_at: datetime
    computed_at: datetime
    valid_until: datetime
    verdict: Annotated[Verdict | None, Field(description="Null once the run is over: it comes nowhere any more")]
    verdict_reason: Reason | None


class VehicleAnswer(Vehicle, OfAnyMoment):
    """One vehicle."""

    warnings: list[Warned]


class VehiclesAnswer(OfAnyMoment):
    """A line's vehicles that are heard at present."""

    line: Line
    computed_at: datetime | None
    warnings: list[Warned]
    vehicles: list[Vehicle]
