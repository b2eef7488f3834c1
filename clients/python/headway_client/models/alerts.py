"""What answers about `alerts` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ActivePeriod(TypedDict):
    """From `starts_at` on, before `ends_at`; null where that side is open."""

    starts_at: str | None
    ends_at: str | None


class AlertTold(TypedDict):
    """One alert in force."""

    id: str
    source: Literal['agency', 'operator', 'headway']
    cause: str
    effect: str
    severity: str
    active_periods: list[ActivePeriod]
    informed: list[Informed]
    header: dict[str, Any]
    description: dict[str, Any]
    url: dict[str, Any]


class AlertsAnswer(TypedDict):
    """Every alert in force that was asked for."""

    alerts: list[AlertTold]


class Informed(TypedDict):
    """What an alert is about; every member that is not null must hold."""

    line_id: str | None
    direction_id: int | None
    trip_id: str | None
    service_date: str | None
    stop_id: str | None
    route_type: int | None
