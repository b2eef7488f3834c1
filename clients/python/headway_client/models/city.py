"""What answers about `city` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class CityAnswer(TypedDict):
    """Every tracked run of a timetable."""

    timetable: str
    columns: list[str]
    computed_at: int
    runs: list[CityRun]


class CityRun(TypedDict):
    """A run with a vehicle that is heard. Moments are POSIX seconds."""

    run_id: str
    line_id: str
    direction_id: Literal[0, 1] | None
    vehicle_id: str
    observed_at: int
    computed_at: int
    valid_until: int
    basis: Literal['live', 'extrapolated', 'historical', 'schedule', 'withheld']
    verdict: Literal['expected', 'at_risk', 'not_tracked', 'not_coming']
    delay_s: int | None
    occupancy_status: Literal['empty', 'many_seats_available', 'few_seats_available', 'standing_room_only', 'crushed_standing_room_only', 'full', 'not_accepting_passengers', 'not_boardable'] | None
    occupancy_percentage: int | None
    calls: list[list[str | int | None]]
