"""Alerts as OpenAPI describes them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Described

Texts = dict[str, str]


class ActivePeriod(Described):
    """From `starts_at` on, before `ends_at`; null where that side is open."""

    starts_at: datetime | None
    ends_at: datetime | None


class Informed(Described):
    """What an alert is about; every member that is not null must hold."""

    line_id: Annotated[str | None, Field(description="`<timetable>:<GTFS route_id>`")]
    direction_id: int | None
    trip_id: Annotated[str | None, Field(description="`<timetable>:<GTFS trip_id>`")]
    service_date: Annotated[str | None, Field(description="Of the trip; null where it is said of each day")]
    stop_id: Annotated[str | None, Field(description="`<timetable>:<GTFS stop_id>`")]
    route_type: Annotated[int | None, Field(description="A whole mode: GTFS route type")]


class AlertTold(Described):
    """One alert in force."""

    id: Annotated[str, Field(description="Stays the same for as long as the same thing is said")]
    source: Annotated[
        Literal["agency", "operator", "headway"],
        Field(description="Who says so: the agency's feed, the operator's override, or what Headway itself sees"),
    ]
    cause: Annotated[str, Field(description="GTFS-realtime's cause in small letters")]
    effect: Annotated[str, Field(description="GTFS-realtime's effect in small letters")]
    severity: Annotated[str, Field(description="GTFS-realtime's severity in small letters")]
    active_periods: list[ActivePeriod]
    informed: list[Informed]
    header: Annotated[Texts, Field(description="By language; `und` where the agency named none")]
    description: Texts
    url: Texts


class AlertsAnswer(Described):
    """Every alert in force that was asked for."""

    alerts: list[AlertTold]
