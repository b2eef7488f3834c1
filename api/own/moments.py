"""Moments of the ledger as partners and staff read them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def rfc3339(at: float | None) -> str | None:
    """POSIX seconds as RFC 3339 in universal time."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def with_moments(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with each that ends in ``_at``, and ``until``, written out."""
    return {
        name: rfc3339(value) if (name.endswith("_at") or name == "until") and isinstance(value, int | float) else value
        for name, value in fields.items()
    }
