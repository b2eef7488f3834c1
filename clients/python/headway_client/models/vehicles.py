"""What answers about `vehicles` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    RestsOn,
    Vehicle,
    Warned,
)


class VehicleAnswer(Vehicle):
    """One vehicle."""

    datum: NotRequired[Literal['wgs84', 'gcj02', 'bd09'] | None]
    as_of: NotRequired[RestsOn | None]
    warnings: list[Warned]
