"""The run answer, as OpenAPI describes it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import (
    Basis,
    CallStateName,
    Forecast,
    Line,
    OfAnyMoment,
    PredictedByName,
    Reason,
    Revised,
    StopName,
    Verdict,
    Warned,
)
from api.vehicles.schemas import Vehicle


class RunCall(Forecast):
    """The run's visit to one stop. Calls behind it are `departed` and foretell nothing."""

    stop: StopName
    stop_sequence: int
    progress_m: Annotated[int, Field(description="Metres along the pattern")]
    boardable: bool
    alightable: bool
    state: CallStateName


class RunAnswer(OfAnyMoment):
    """One trip on one service date, with all its calls."""

    run_id: str
    trip_id: str
    service_date: date
    line: Line
    direction_id: Literal[0, 1] | None
    headsign: str | None
    last: Annotated[bool, Field(description="The day's last, by the timetable, from its first stop to its last")]
    vehicle: Annotated[Vehicle | None, Field(description="The vehicle on it, while it is heard")]
    basis: Basis
    computed_at: datetime | None
    verdict: Annotated[Verdict | None, Field(description="Null once the run is over: it comes nowhere any more")]
    verdict_reason: Reason | None
    revision: Annotated[Revised | None, Field(description="Why the run's times moved at the last poll")]
    predicted_by: Annotated[
        PredictedByName | None, Field(description="Whose times: Headway's, its agency's, or both, weighed as measured")
    ]
    warnings: list[Warned]
    calls: list[RunCall]
