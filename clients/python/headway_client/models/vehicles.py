"""What answers about `vehicles` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Line,
    Occupancy,
    StopName,
    Warned,
)


class VehicleAnswer(TypedDict):
    """One vehicle."""

    id: str
    label: str | None
    line: Line | None
    direction_id: Literal[0, 1] | None
    headsign: str | None
    run_id: str
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    speed_mps: float | None
    pattern_id: str | None
    progress_m: int
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'off_route', 'finished']
    next_stop: StopName | None
    delay_s: int | None
    occupancy: Occupancy | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    observed_at: str
    computed_at: str
    valid_until: str
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming'] | None
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    warnings: list[Warned]
