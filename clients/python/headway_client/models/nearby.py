"""What answers about `nearby` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Crowding,
    Headway,
    Line,
    Occupancy,
    StopName,
    Warned,
)


class NearbyAnswer(TypedDict):
    """Stops by how far one walks to them; a station once, for all its platforms."""

    stops: list[NearbyStop]
    bike_stations: list[NearbyBikes]
    warnings: list[Warned]


class NearbyArrival(TypedDict):
    """An arrival, and whether one who walks from the place asked about catches it."""

    aimed_at: str | None
    expected_at: str | None
    expected_early_at: str | None
    expected_late_at: str | None
    aimed_departure_at: str | None
    expected_departure_at: str | None
    expected_departure_early_at: str | None
    expected_departure_late_at: str | None
    delay_s: int | None
    line: Line
    direction_id: Literal[0, 1] | None
    headsign: str
    stop: StopName
    stop_sequence: int
    run_id: str | None
    answer_id: str | None
    trip_id: str | None
    service_date: str | None
    boardable: bool
    alightable: bool
    every_s: int | None
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'held', 'departed']
    distance_m: int | None
    stops_away: int | None
    vehicle_id: str | None
    vehicle_label: str | None
    occupancy: Occupancy | None
    crowding: Crowding | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    observed_at: str | None
    computed_at: str | None
    valid_until: str | None
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    revision: Literal['progress', 'passage', 'rematched', 'detour', 'rerouted', 'feed_returned', 'held', 'departed', 'traffic', 'settling'] | None
    last: bool
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


class NearbyStop(TypedDict):
    """A stop or station with what comes next."""

    id: str
    own_id: NotRequired[str | None]
    name: str
    platform_code: str | None
    code: str | None
    kind: Literal['stop', 'station', 'entrance', 'node', 'boarding_area']
    latitude: float
    longitude: float
    parent_id: str | None
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
