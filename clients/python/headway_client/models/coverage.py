"""What answers about `coverage` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Line,
    Warned,
)


class CoverageAnswer(TypedDict):
    """Every line with service today or vehicles now."""

    lines: list[LineCoverage]
    warnings: list[Warned]


class GroupCoverage(TypedDict):
    """What the vehicles of the line's group reported; lines that share vehicles share these figures."""

    vehicles: int
    matched: int
    runs_today: int
    matched_today: int
    unmatched: dict[str, Any]


class LineCoverage(TypedDict):
    """One line: which runs are due, which are tracked."""

    line: Line
    due_now: int
    tracked_now: int
    due_tracked_now: int
    due_today: int
    started_today: int
    why_not: dict[str, Any]
    computed_at: str | None
    group: GroupCoverage | None
