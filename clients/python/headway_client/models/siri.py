"""What answers about `siri` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class SiriAnswer(TypedDict):
    """SIRI 2.0: elements by their names, lists where an element may be repeated."""

    Siri: dict[str, Any]
