"""The answer about what is nearby, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.arrivals.schemas import Arrival, Headway
from api.shared_schemas import Described, Line, OfAnyMoment, Stop, StopName, Warned


class NearbyArrival(Arrival):
    """An arrival, and whether one who walks from the place asked about catches it."""

    catch: Annotated[
        Literal["can_wait", "leave_now", "maybe", "missed"] | None,
        Field(description="Who leaves now: by p10 and p90. `maybe`: only if it is later than nine in ten are"),
    ]
    leave_at: Annotated[datetime | None, Field(description="The last moment to leave and still be there at p10")]


class OppositeStop(Described):
    """Where a line is boarded to go back."""

    line_id: str
    direction_id: Annotated[Literal[0, 1], Field(description="The direction that calls at the stop above")]
    stop: StopName
    walk_m: Annotated[int, Field(description="From the stop above, on foot")]
    confidence: Annotated[float, Field(description="0.95: same name and reverse order; 0.6: nearest in reverse order")]


class NearbyStop(Stop):
    """A stop or station with what comes next."""

    distance_m: Annotated[int, Field(description="As the crow flies")]
    walk_m: Annotated[int, Field(description="On foot, estimated")]
    walk_s: int
    lines: list[Line]
    opposite: list[OppositeStop]
    headways: list[Headway]
    arrivals: list[NearbyArrival]


class NearbyBikes(Described):
    """A bike station (GBFS) with what it has."""

    id: Annotated[str, Field(description="`<share>:<station_id>`")]
    name: str
    latitude: float
    longitude: float
    distance_m: Annotated[int, Field(description="As the crow flies")]
    walk_m: Annotated[int, Field(description="On foot, estimated")]
    walk_s: int
    bikes_available: int | None
    docks_available: int | None
    is_renting: bool
    is_returning: bool
    basis: Annotated[
        Literal["live", "extrapolated", "withheld"],
        Field(description="`extrapolated`: its system was last heard over five minutes ago; `withheld`: half an hour"),
    ]
    observed_at: Annotated[datetime | None, Field(description="When the station reported")]
    fetched_at: datetime | None


class NearbyAnswer(OfAnyMoment):
    """Stops by how far one walks to them; a station once, for all its platforms."""

    stops: list[NearbyStop]
    bike_stations: Annotated[list[NearbyBikes], Field(description="Nearest first, of the shares of this deployment")]
    warnings: list[Warned]
