"""What answers about `nearby` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Arrival,
    Headway,
    Line,
    RestsOn,
    Stop,
    StopName,
    Warned,
)


class NearbyAnswer(TypedDict):
    """Stops by how far one walks to them; a station once, for all its platforms."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    as_of: NotRequired[RestsOn | None]
    stops: list[NearbyStop]
    bike_stations: list[NearbyBikes]
    warnings: list[Warned]


class NearbyArrival(Arrival):
    """An arrival, and whether one who walks from the place asked about catches it."""

    catch: Literal['can_wait', 'leave_now', 'maybe', 'missed'] | None
    leave_at: str | None


class NearbyBikes(TypedDict):
    """A bike station (GBFS) with what it has."""

    id: str
    name: str
    latitude: float
    longitude: float
    distance_m: int
    walk_m: int
    walk_s: int
    bikes_available: int | None
    docks_available: int | None
    is_renting: bool
    is_returning: bool
    basis: Literal['live', 'extrapolated', 'withheld']
    observed_at: str | None
    fetched_at: str | None


class NearbyStop(Stop):
    """A stop or station with what comes next."""

    distance_m: int
    walk_m: int
    walk_s: int
    lines: list[Line]
    opposite: list[OppositeStop]
    headways: list[Headway]
    arrivals: list[NearbyArrival]


class OppositeStop(TypedDict):
    """Where a line is boarded to go back."""

    line_id: str
    direction_id: Literal[0, 1]
    stop: StopName
    walk_m: int
    confidence: float
