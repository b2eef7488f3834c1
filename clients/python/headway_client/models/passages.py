"""What answers about `passages` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class PassageMade(TypedDict):
    """An arrival or departure that Headway observed."""

    run_id: str
    line_id: str
    service_date: str
    stop_id: str
    stop_sequence: int
    kind: Literal['arrival', 'departure']
    at: str
    earliest_at: str
    latest_at: str
    vehicle_id: str | None


class PassagesAnswer(TypedDict):
    """Passages in the order in which they were made."""

    passages: list[PassageMade]
    next_from: str | None
    next_cursor: str | None
