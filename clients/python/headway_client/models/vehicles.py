"""What answers about `vehicles` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from headway_client.models.shared import (
    Vehicle,
    Warned,
)


class VehicleAnswer(Vehicle):
    """One vehicle."""

    warnings: list[Warned]
