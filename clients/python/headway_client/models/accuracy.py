"""What answers about `accuracy` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Line,
    Warned,
)


class Accuracy(TypedDict):
    """Errors by horizon, and what was left out."""

    by_horizon: list[HorizonAccuracy]
    by_expected_horizon: list[HorizonAccuracy]
    censoring: Censoring


class AccuracyAnswer(TypedDict):
    """How right the times were that were served, by horizon, hour and line."""

    since: str | None
    overall: Accuracy
    hours: list[HourAccuracy]
    lines: list[LineAccuracy]
    warnings: list[Warned]


class Censoring(TypedDict):
    """What the figures leave out."""

    arrivals: int
    scored: int
    unsure: int
    unforetold: int
    unanswered: int


class HorizonAccuracy(TypedDict):
    """The errors of one horizon bin. Error = actual - expected: negative where the vehicle came before its time."""

    from_s: int
    to_s: int
    forecasts: int
    mean_absolute_error_s: float | None
    mean_error_s: float | None
    inside_ratio: float | None
    early_ratio: float | None


class HourAccuracy(TypedDict):
    """One hour: the arrivals that were made in it."""

    by_horizon: list[HorizonAccuracy]
    by_expected_horizon: list[HorizonAccuracy]
    censoring: Censoring
    starts_at: str


class LineAccuracy(TypedDict):
    """One line, or the lines that share vehicles and directions."""

    by_horizon: list[HorizonAccuracy]
    by_expected_horizon: list[HorizonAccuracy]
    censoring: Censoring
    lines: list[Line]
