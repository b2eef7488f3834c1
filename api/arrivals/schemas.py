"""The arrivals answer, as OpenAPI describes it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import (
    Basis,
    CallStateName,
    Described,
    Forecast,
    Line,
    Occupancy,
    OfAnyMoment,
    PredictedByName,
    Reason,
    Revised,
    Stop,
    StopName,
    Verdict,
    Warned,
)


class CrowdingLevel(Described):
    """A level of crowding, by the deployment's own cuts for the mode."""

    crowding_level: Annotated[int, Field(ge=1, le=4)]
    name: Literal["comfortable", "moderate", "crowded", "severe"]
    color: Annotated[str, Field(description="Six hexadecimal digits, without #")]


class CarriageCrowding(CrowdingLevel):
    """One carriage when it reaches this stop."""

    sequence: Annotated[int, Field(description="Place in the train, 1 is the first in its direction")]


class ClassProbabilities(Described):
    """How likely each of GTFS-realtime's classes is when the vehicle reaches this stop; they sum to 1."""

    empty: float
    many_seats_available: float
    few_seats_available: float
    standing_room_only: float
    crushed_standing_room_only: float
    full: float


class Crowding(CrowdingLevel):
    """How full the vehicle will be when it reaches this stop. Null where nothing reported bears on it."""

    probabilities: ClassProbabilities
    load_percentage: Annotated[int, Field(description="Expected riders in percent of the capacity")]
    basis: Annotated[
        Literal["observed", "estimated"],
        Field(description="`observed`: reported within two minutes, with no stop in between"),
    ]
    age_s: Annotated[int, Field(description="Seconds since the report")]
    carriages: list[CarriageCrowding]
    board_at: Annotated[list[int], Field(description="Carriages with most room; empty where it makes no difference")]


class Arrival(Forecast):
    """One vehicle's visit to the stop; without `run_id`, a line that comes every `every_s` at no times of its own."""

    line: Line
    direction_id: Literal[0, 1] | None
    headsign: str
    stop: Annotated[StopName, Field(description="The platform, where a station was asked for")]
    stop_sequence: Annotated[int, Field(description="GTFS stop_sequence; tells two visits of one run apart")]
    run_id: Annotated[str | None, Field(description="`<timetable>:<trip>:<yyyymmdd>`; see /v1/runs/{run_id}")]
    answer_id: Annotated[str | None, Field(description="Names this answer: see /v1/answers/{answer_id}")]
    trip_id: str | None
    service_date: Annotated[date | None, Field(description="The day of service: 00:20 belongs to yesterday's")]
    boardable: bool
    alightable: bool
    every_s: Annotated[int | None, Field(description="Seconds between vehicles, where no clock time is promised")]
    state: CallStateName
    distance_m: Annotated[int | None, Field(description="Metres still to go along the line's way")]
    stops_away: Annotated[int | None, Field(description="Stops before this one; 0: this is the next")]
    vehicle_id: Annotated[str | None, Field(description="`<feed>:<vehicle>`; see /v1/vehicles/{vehicle_id}")]
    vehicle_label: Annotated[str | None, Field(description="What is painted on it")]
    occupancy: Annotated[Occupancy | None, Field(description="As the vehicle last reported")]
    crowding: Annotated[Crowding | None, Field(description="When it reaches this stop")]
    basis: Annotated[Basis, Field(description="What the times rest on, best first; a step down is always said")]
    observed_at: Annotated[datetime | None, Field(description="When the vehicle was last heard")]
    computed_at: Annotated[datetime | None, Field(description="The poll this rests on")]
    valid_until: Annotated[datetime | None, Field(description="Do not show it after this moment")]
    verdict: Annotated[Verdict, Field(description="Will it come?")]
    verdict_reason: Reason | None
    revision: Annotated[Revised | None, Field(description="Why the run's times moved at the last poll")]
    predicted_by: Annotated[
        PredictedByName | None, Field(description="Whose times: Headway's, its agency's, or both, weighed as measured")
    ]
    last: Annotated[bool, Field(description="The service day's last, by the timetable, from here to where it ends")]


class Headway(Described):
    """A line that is planned every ten minutes or more often, as riders speak of it: every 4-6 min, next in 3."""

    line_id: str
    direction_id: Literal[0, 1] | None
    min_s: Annotated[int, Field(description="The shortest headway among the next five vehicles")]
    max_s: Annotated[int, Field(description="The longest")]
    next_s: Annotated[int, Field(description="Until the next one")]


class ArrivalsAnswer(OfAnyMoment):
    """The next vehicles at a stop or station, in the order in which they come."""

    stop: Stop
    timetable: Annotated[str, Field(description="Hash of the timetable in force")]
    computed_at: Annotated[datetime | None, Field(description="The latest poll that any of it rests on")]
    warnings: list[Warned]
    headways: list[Headway]
    reason: Annotated[
        Literal["not_started", "none_within_horizon", "last_gone", "ended", "no_service_today", "nothing_matches"]
        | None,
        Field(description="Why the list is empty"),
    ]
    next_at: Annotated[datetime | None, Field(description="Where the list is empty: when the timetable goes on")]
    arrivals: list[Arrival]
