"""What answers about `stream` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Occupancy,
)


class StreamedCall(TypedDict):
    """One call whose times changed; replaces what was known of it."""

    stop_id: str
    stop_sequence: int
    progress_m: int
    expected_early_at: str | None
    expected_at: str | None
    expected_late_at: str | None
    expected_departure_early_at: str | None
    expected_departure_at: str | None
    expected_departure_late_at: str | None
    skipped: bool


class StreamedLine(TypedDict):
    """What one poll changed on a line group."""

    line_group: str
    sequence: int
    previous: int | None
    full: bool
    timetable: str
    computed_at: str
    feed_down: bool
    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    runs: list[StreamedRun]
    gone: list[str]


class StreamedRun(TypedDict):
    """A run of which something changed: all about it, and those of its calls that changed."""

    run_id: str
    new: bool
    line_id: str
    direction_id: Literal[0, 1] | None
    headsign: str | None
    trip_id: str
    service_date: str
    vehicle_id: str
    vehicle_label: str | None
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    progress_m: int
    state: Literal['not_departed', 'en_route', 'approaching', 'at_stop', 'off_route', 'finished']
    next_stop_sequence: int | None
    delay_s: int | None
    occupancy: Occupancy | None
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    verdict_reason: Literal['cancelled', 'short_turn', 'detour', 'silent', 'stalled', 'feed_down', 'off_route', 'at_terminal', 'held', 'delays'] | None
    observed_at: str
    valid_until: str
    calls: list[StreamedCall]


class StreamEvent(TypedDict):
    """The data of `snapshot` and `delta` events. `static` has a `StaticEvent`; `ready`, `beat`, `end` their own."""

    lines: list[StreamedLine]


class StaticEvent(TypedDict):
    """The data of a `static` event: from here on lines speak another version of their timetable."""

    timetable: str
    version: str
    previous: str
    from_service_date: str | None
    file: str
    changes: str
