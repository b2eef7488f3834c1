"""What answers about `static` hold. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


StaticChanges = TypedDict("StaticChanges", {"from": "str", "to": "str", "lines": "dict[str, Any]", "stops": "dict[str, Any]", "patterns": "dict[str, Any]", "first_last_changed": "list[str]"})


class StaticFile(TypedDict):
    """A timetable whole. Calls of patterns are `[stop_id, stop_sequence, progress_m, boardable, alightable]`."""

    timetable: str
    version: str
    datum: Literal['wgs84']
    timezone: str
    first_service_date: str
    last_service_date: str
    lines: list[dict[str, Any]]
    stops: list[dict[str, Any]]
    patterns: list[dict[str, Any]]
    first_last: list[dict[str, Any]]
    services: list[dict[str, Any]]


class StaticVersion(TypedDict):
    """One version of a timetable."""

    timetable: str
    version: str
    in_force: bool
    from_service_date: str | None
    file: str


class StaticVersions(TypedDict):
    """The versions there are, of each timetable the oldest first."""

    versions: list[StaticVersion]
