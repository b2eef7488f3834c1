"""Answers about conditions, as OpenAPI describes them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.arrivals.schemas import CrowdingLevel
from api.shared_schemas import Described, Line, Placed, Stop, StopName, Warned


class Headways(Described):
    """Headways between vehicles: how long after the one before each comes to the same stop."""

    headways: Annotated[int, Field(description="How many there are; none: the figures are null")]
    min_s: int | None
    mean_s: float | None
    max_s: int | None
    expected_wait_s: Annotated[
        float | None, Field(description="Mean wait of riders who turn up at any time: sum of h^2 / (2 sum of h)")
    ]


class HeadwaysNow(Headways):
    """Headways as foretold of the vehicles that are heard."""

    bunched: Annotated[int, Field(description="Headways of a quarter of the planned mean or less")]
    gaps: Annotated[int, Field(description="Headways of twice the planned mean or more")]


class DirectionConditions(Described):
    """One direction of a line."""

    direction_id: Literal[0, 1] | None
    vehicles: Annotated[int, Field(description="Vehicles on their way that are heard")]
    now: HeadwaysNow
    planned: Annotated[Headways, Field(description="Between departures from first stops, half an hour either way")]


class ServiceLevel(Described):
    """Runs that are due now, and those of them whose vehicle is heard."""

    due: int
    tracked: int
    ratio: Annotated[float | None, Field(description="Tracked of due; null where none is due")]
    level: Annotated[
        Literal["normal", "reduced", "poor", "none", "not_due", "unknown"],
        Field(description="From 0.9 normal, from 0.5 reduced, below poor; `unknown` while the feed is down"),
    ]


class SectionNow(CrowdingLevel):
    """The way from one stop to the next, where vehicles are that report how full they are."""

    from_: Annotated[StopName, Field(alias="from")]
    to: StopName
    vehicles: int
    load_percentage: Annotated[int, Field(description="Mean of these vehicles, in percent of the capacity")]
    basis: Literal["observed", "estimated"]


class CrowdingNow(CrowdingLevel):
    """How full one direction is now; absent where no vehicle reports, which never means empty."""

    direction_id: Literal[0, 1] | None
    vehicles: Annotated[int, Field(description="Vehicles under way that are heard")]
    reporting: Annotated[int, Field(description="Those of them that report how full they are")]
    load_percentage: Annotated[int, Field(description="Mean of the reporting vehicles")]
    sections: Annotated[list[SectionNow], Field(description="In the direction of travel")]


class ConditionsAnswer(Described):
    """How a line runs now."""

    line: Line
    computed_at: datetime | None
    speed_mps: Annotated[float | None, Field(description="Metres a second that vehicles get on, stops included")]
    service: ServiceLevel
    directions: list[DirectionConditions]
    crowding: list[CrowdingNow]
    warnings: list[Warned]


class EndDeparture(Described):
    """The first or last departure of the day."""

    departs_at: Annotated[datetime, Field(description="By the timetable")]
    run_id: Annotated[str | None, Field(description="Null for a line that runs by headway")]
    headsign: str


class DestinationDay(Described):
    """From this stop to one place where runs end: also through runs that go on from there count."""

    line: Line
    direction_id: Literal[0, 1] | None
    destination: StopName
    first: EndDeparture
    last: EndDeparture


class FirstLastAnswer(Placed):
    """A service day at a stop: first and last departure by line, direction and destination."""

    stop: Stop
    service_date: Annotated[date, Field(description="The day of service: 00:20 belongs to yesterday's")]
    destinations: list[DestinationDay]
    warnings: list[Warned]
