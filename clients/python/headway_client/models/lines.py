"""What answers about `lines` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Line,
    RestsOn,
    Stop,
    StopName,
    Vehicle,
    Warned,
)


class ConditionsAnswer(TypedDict):
    """How a line runs now."""

    line: Line
    computed_at: str | None
    speed_mps: float | None
    service: ServiceLevel
    directions: list[DirectionConditions]
    crowding: list[CrowdingNow]
    warnings: list[Warned]


class CrowdingNow(TypedDict):
    """How full one direction is now; absent where no vehicle reports, which never means empty."""

    crowding_level: int
    name: Literal['comfortable', 'moderate', 'crowded', 'severe']
    color: str
    direction_id: Literal[0, 1] | None
    vehicles: int
    reporting: int
    load_percentage: int
    sections: list[SectionNow]


class Direction(TypedDict):
    """One direction of a line and where its vehicles go, the busiest destination first."""

    direction_id: Literal[0, 1] | None
    headsigns: list[str]


class DirectionConditions(TypedDict):
    """One direction of a line."""

    direction_id: Literal[0, 1] | None
    vehicles: int
    now: HeadwaysNow
    planned: Headways


class Headways(TypedDict):
    """Headways between vehicles: how long after the one before each comes to the same stop."""

    headways: int
    min_s: int | None
    mean_s: float | None
    max_s: int | None
    expected_wait_s: float | None


class HeadwaysNow(Headways):
    """Headways as foretold of the vehicles that are heard."""

    bunched: int
    gaps: int


class LineSummary(Line):
    """A line among others."""

    agency: str | None
    directions: list[Direction]


class LineDetail(LineSummary):
    """A line with its patterns and stops."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    line_group: list[str]
    patterns: list[Pattern]
    stops: list[Stop]
    warnings: list[Warned]


class LinesAnswer(TypedDict):
    """All lines, in the order their agency gives them."""

    lines: list[LineSummary]
    warnings: list[Warned]


class Pattern(TypedDict):
    """One distinct sequence of calls of the line, along one shape."""

    id: str
    direction_id: Literal[0, 1] | None
    headsign: str
    length_m: int
    trips: int
    has_shape: bool
    calls: list[PatternCall]
    shape: NotRequired[list[list[Any]]]


class PatternCall(TypedDict):
    """A pattern's visit to a stop."""

    stop_id: str
    stop_sequence: int
    progress_m: int
    boardable: bool
    alightable: bool
    timing_point: bool


SectionNow = TypedDict("SectionNow", {"crowding_level": "int", "name": "Literal['comfortable', 'moderate', 'crowded', 'severe']", "color": "str", "from": "StopName", "to": "StopName", "vehicles": "int", "load_percentage": "int", "basis": "Literal['observed', 'estimated']"})


class ServiceLevel(TypedDict):
    """Runs that are due now, and those of them whose vehicle is heard."""

    due: int
    tracked: int
    ratio: float | None
    level: Literal['normal', 'reduced', 'poor', 'none', 'not_due', 'unknown']


class VehiclesAnswer(TypedDict):
    """A line's vehicles that are heard at present."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    as_of: NotRequired[RestsOn | None]
    line: Line
    computed_at: str | None
    warnings: list[Warned]
    vehicles: list[Vehicle]
