"""What answers about `answers` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AnswerExplained(TypedDict):
    """An answer of the past taken apart. What the archive does not hold is null or empty."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    run_id: str
    line_id: str
    stop: StopThere
    stop_sequence: int
    computed_at: str | None
    served: ServedThen | None
    reports: list[ReportSeen]
    match: Matched | None
    rerun: ToldAgain | None
    happened: list[Happened]


class Happened(TypedDict):
    """What was seen to happen at the stop."""

    kind: str
    at: str
    earliest_at: str
    latest_at: str


class Matched(TypedDict):
    """Where the reports were taken to be."""

    feed: str
    vehicle_id: str | None
    pattern_id: str
    progress_m: int
    next_stop_id: str | None
    state: str
    observed_at: str
    verdict: str
    verdict_reason: str | None


class ReportSeen(TypedDict):
    """One report of the vehicle as its feed had it."""

    polled_at: str
    reported_at: str | None
    vehicle_id: str
    trip_id: str
    latitude: float | None
    longitude: float | None
    stop_id: str | None
    status: int | None


class ServedThen(TypedDict):
    """What was served: the forecast that the archive keeps of that half minute."""

    computed_at: str | None
    expected_early_at: str | None
    expected_at: str | None
    expected_late_at: str | None
    expected_departure_early_at: str | None
    expected_departure_at: str | None
    expected_departure_late_at: str | None
    basis: str
    verdict: str
    vehicle_id: str | None


class StopThere(TypedDict):
    """The stop."""

    id: str
    name: str


class ToldAgain(TypedDict):
    """The same out of the recorded reports, by today's rules, which know nothing of what was learned before them."""

    computed_at: str | None
    expected_early_at: str | None
    expected_at: str | None
    expected_late_at: str | None
    expected_departure_early_at: str | None
    expected_departure_at: str | None
    expected_departure_late_at: str | None
    terms: dict[str, Any] | None
    later_than_served_s: int | None
