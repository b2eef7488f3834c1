"""What answers about `health` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Liveness(TypedDict):
    """The process lives."""

    status: Literal['live']


class Readiness(TypedDict):
    """Whether the process can answer, and from how good a view."""

    status: Literal['ready', 'degraded', 'starting', 'draining']
    view: Literal['loading', 'whole', 'store_lost', 'store_incomplete']
    since: str | None
    detail: str | None
    lines: int
    timetables: list[str]
    newest_computed_at: str | None
