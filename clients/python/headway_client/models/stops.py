"""What answers about `stops` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Line,
    Stop,
    StopName,
    Warned,
)


class DestinationDay(TypedDict):
    """From this stop to one place where runs end: also through runs that go on from there count."""

    line: Line
    direction_id: Literal[0, 1] | None
    destination: StopName
    first: EndDeparture
    last: EndDeparture


class EndDeparture(TypedDict):
    """The first or last departure of the day."""

    departs_at: str
    run_id: str | None
    headsign: str


class FirstLastAnswer(TypedDict):
    """A service day at a stop: first and last departure by line, direction and destination."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    stop: Stop
    service_date: str
    destinations: list[DestinationDay]
    warnings: list[Warned]


class FoundStop(Stop):
    """A stop that a search found."""

    distance_m: int | None


class PlatformCrowding(TypedDict):
    """One platform of it."""

    stop: StopName
    crowding: StationCrowding | None


class StationCrowding(TypedDict):
    """How many wait, and how crowded that makes it."""

    crowding_level: int
    name: Literal['comfortable', 'moderate', 'crowded', 'severe']
    color: str
    riders: int
    percentage: int
    basis: Literal['observed', 'estimated']
    observed_at: str | None


class StationCrowdingAnswer(TypedDict):
    """How crowded a stop or station is now, and each of its platforms. `crowding` is null where nothing was counted and nothing is known of who usually boards, which never means empty."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    stop: StopName
    crowding: StationCrowding | None
    platforms: list[PlatformCrowding]
    computed_at: str
    warnings: list[Warned]


class StopDetail(Stop):
    """A stop or station with its platforms and the lines that call there."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    platforms: list[Stop]
    lines: list[Line]
    warnings: list[Warned]


class StopsAnswer(TypedDict):
    """Stops near a place, nearest first, or by name, best first."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    stops: list[FoundStop]
    warnings: list[Warned]
