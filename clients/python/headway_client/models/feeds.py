"""What answers about `feeds` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Warned,
)


class Feed(TypedDict):
    """How one feed fares. Counts are since `since`."""

    id: str
    timetable: str
    timetable_hash: str
    state: Literal['up', 'stale', 'down', 'silent']
    since: str
    polled_at: str
    header_at: str | None
    down_since: str | None
    last_error: str | None
    last_error_at: str | None
    lag_s: int | None
    recorded: bool
    vehicles: int
    lines: int
    polls: int
    failed_polls: int
    unchanged_polls: int
    accepted: int
    repeated: int
    refused: dict[str, Any]
    timetable_expires_on: str | None
    timetable_expired: bool


class FeedsAnswer(TypedDict):
    """All feeds and the timetables they speak."""

    feeds: list[Feed]
    timetables: list[TimetableState]
    warnings: list[Warned]


class TimetableState(TypedDict):
    """One timetable: which version is in force, and until when it is good."""

    name: str
    hash: str
    source: str
    timezone: str
    first_service_date: str
    last_service_date: str
    expired: bool
    lines: int
    stops: int
    trips: int
    faults: int
