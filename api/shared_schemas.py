"""The parts that several answers share, as OpenAPI describes them. Answers are written without them, for speed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Basis = Literal["live", "extrapolated", "historical", "schedule", "withheld"]
Verdict = Literal["expected", "at_risk", "not_tracked", "not_coming"]
Reason = Literal[
    "cancelled", "short_turn", "detour", "silent", "stalled", "feed_down", "off_route", "at_terminal", "held", "delays"
]
CallStateName = Literal["not_departed", "en_route", "approaching", "at_stop", "held", "departed"]
Revised = Literal[
    "progress",
    "passage",
    "rematched",
    "detour",
    "rerouted",
    "feed_returned",
    "held",
    "departed",
    "traffic",
    "settling",
]
PredictedByName = Literal["headway", "agency", "both"]
RunStateName = Literal["not_departed", "en_route", "approaching", "at_stop", "off_route", "finished"]
OccupancyStatus = Literal[
    "empty",
    "many_seats_available",
    "few_seats_available",
    "standing_room_only",
    "crushed_standing_room_only",
    "full",
    "not_accepting_passengers",
    "not_boardable",
]


class Described(BaseModel):
    """Base of everything described: no field beyond those named."""

    model_config = ConfigDict(extra="forbid")


class LineOfPast(Described):
    """A line in an answer of the past."""

    line_id: str
    computed_at: Annotated[datetime, Field(description="The poll that its value answers")]


class RestsOn(Described):
    """What an answer of the past rests on."""

    at: Annotated[datetime, Field(description="The moment that was asked for")]
    lines: Annotated[list[LineOfPast], Field(description="Those whose value was kept; all others: the timetable")]


class Placed(Described):
    """An answer with coordinates."""

    datum: Annotated[
        Literal["wgs84", "gcj02", "bd09"] | None,
        Field(description="Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent"),
    ] = None


class OfAnyMoment(Placed):
    """An answer that may be asked for as of an earlier moment."""

    as_of: Annotated[RestsOn | None, Field(description="Only where `as_of` was asked for")] = None


class Warned(Described):
    """Something to know before trusting the answer."""

    code: Annotated[
        Literal[
            "view_loading",
            "view_old",
            "view_incomplete",
            "timetable_expired",
            "service_alert",
            "feed_down",
            "feed_stale",
            "tracking_behind",
        ],
        Field(description="What kind of warning it is"),
    ]
    since: Annotated[str | None, Field(description="Since when: a moment, or for an expired timetable its last date")]
    detail: Annotated[str, Field(description="The same in a sentence")]
    alert_id: Annotated[str | None, Field(description="Of an agency's alert: its id in the agency's feed")] = None
    effect: Annotated[str | None, Field(description="Of an agency's alert: GTFS-realtime's effect")] = None


class Line(Described):
    """A line: a GTFS route."""

    id: Annotated[str, Field(description="`<timetable>:<GTFS route_id>`")]
    own_id: Annotated[str | None, Field(description="Yours, with `ids=own` or where you ask by it")] = None
    short_name: str | None
    long_name: str | None
    route_type: Annotated[int, Field(description="GTFS route type, basic or extended")]
    color: Annotated[str | None, Field(description="Six hexadecimal digits, without #")]
    text_color: Annotated[str | None, Field(description="Six hexadecimal digits, without #")]


class StopName(Described):
    """A stop by id and name."""

    id: Annotated[str, Field(description="`<timetable>:<GTFS stop_id>`")]
    own_id: Annotated[str | None, Field(description="Yours, with `ids=own` or where you ask by it")] = None
    name: str
    platform_code: str | None


class Stop(StopName):
    """A stop or station: what it is called and where it is (WGS-84)."""

    code: Annotated[str | None, Field(description="The code riders see on the sign")]
    kind: Literal["stop", "station", "entrance", "node", "boarding_area"]
    latitude: float
    longitude: float
    parent_id: Annotated[str | None, Field(description="The station it belongs to")]


class CarriageOccupancy(Described):
    """How full one carriage is."""

    sequence: Annotated[int, Field(description="Place in the train, 1 is the first in its direction")]
    id: str | None
    label: str | None
    status: OccupancyStatus | None
    percentage: Annotated[int | None, Field(description="Percent of capacity; may pass 100")]


class Occupancy(Described):
    """How full a vehicle was when it last reported. Absent where it never did: no report never reads as empty."""

    status: OccupancyStatus | None
    percentage: Annotated[int | None, Field(description="Percent of capacity; may pass 100")]
    observed_at: datetime | None
    carriages: list[CarriageOccupancy]


class Forecast(Described):
    """When a call is aimed and expected. Early and late bound the middle 80 % of what may happen (p10 and p90)."""

    aimed_at: Annotated[datetime | None, Field(description="Arrival by the timetable; null at a first stop")]
    expected_at: Annotated[
        datetime | None, Field(description="Arrival, as likely earlier as later (p50); null while it is held")
    ]
    expected_early_at: Annotated[datetime | None, Field(description="p10: nine in ten come later")]
    expected_late_at: Annotated[datetime | None, Field(description="p90: nine in ten come earlier")]
    aimed_departure_at: Annotated[datetime | None, Field(description="Departure by the timetable; null at a last stop")]
    expected_departure_at: datetime | None
    expected_departure_early_at: datetime | None
    expected_departure_late_at: datetime | None
    delay_s: Annotated[int | None, Field(description="Seconds expected after aimed; early is negative")]


class Problem(Described):
    """A problem (RFC 9457, `application/problem+json`); `type` is stable and explained in the documentation."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="What was wrong, and how to mend it")]
