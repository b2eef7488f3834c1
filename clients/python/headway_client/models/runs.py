"""What answers about `runs` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Line,
    StopName,
    Warned,
)


class Term(TypedDict):
    """One part of the time told."""

    name: Literal['timetable', 'delay', 'position', 'hold', 'layover', 'hops', 'dwell', 'correction']
    seconds: int
    meaning: str


class WhyAnswer(TypedDict):
    """Why a run is told to make a call when it is: `expected_at` is `from_at` and the terms' seconds, exactly."""

    run_id: str
    line: Line
    stop: StopName
    stop_sequence: int
    event: Literal['arrival', 'departure']
    expected_at: str
    aimed_at: str | None
    from_at: str
    terms: list[Term]
    legs: list[WhyLeg]
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    warnings: list[Warned]
    revision: Literal['progress', 'passage', 'rematched', 'detour', 'rerouted', 'feed_returned', 'held', 'departed', 'traffic', 'settling'] | None


class WhyLeg(TypedDict):
    """One hop on the way, and the dwell before it."""

    to: StopName
    stop_sequence: int
    hop_s: int
    dwell_before_s: int
