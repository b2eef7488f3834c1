"""What answers about `arrivals` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    ArrivalsAnswer,
    Line,
    Problem,
    RestsOn,
    RunAnswer,
    Warned,
)


class BatchAnswer(TypedDict):
    """Items in the order asked for: stops, lines, vehicles."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    as_of: NotRequired[RestsOn | None]
    asked: int
    failed: int
    next_cursor: str | None
    items: list[BatchItem]


class BatchItem(TypedDict):
    """One of the things asked for, with its answer or its problem."""

    kind: Literal['stop', 'line', 'vehicle']
    id: str
    status: int
    answer: ArrivalsAnswer | LineRuns | RunAnswer | None
    problem: Problem | None


class BatchRequest(TypedDict):
    """What to answer: stops, lines and vehicles, 1,000 in all at most."""

    stops: NotRequired[list[str]]
    lines: NotRequired[list[str]]
    vehicles: NotRequired[list[str]]
    limit: NotRequired[int]
    per_line: NotRequired[int]
    horizon_s: NotRequired[int]
    fields: NotRequired[list[str]]
    page_size: NotRequired[int]
    cursor: NotRequired[str]


class LineRuns(TypedDict):
    """A line's runs that a vehicle is on."""

    line: Line
    runs: list[RunAnswer]
    warnings: list[Warned]
