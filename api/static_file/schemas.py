"""Versions of timetables and their files, as OpenAPI describes them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.shared_schemas import Described


class StaticVersion(Described):
    """One version of a timetable."""

    timetable: str
    version: Annotated[str, Field(description="Its hash: equal hashes are equal timetables")]
    in_force: bool
    from_service_date: Annotated[str | None, Field(description="The service date with which it takes over")]
    file: Annotated[str, Field(description="The path of its file")]


class StaticVersions(Described):
    """The versions there are, of each timetable the oldest first."""

    versions: list[StaticVersion]


class StaticFile(Described):
    """A timetable whole. Calls of patterns are `[stop_id, stop_sequence, progress_m, boardable, alightable]`."""

    timetable: str
    version: str
    datum: Annotated[Literal["wgs84"], Field(description="Of its coordinates: one file for all")]
    timezone: str
    first_service_date: str
    last_service_date: str
    lines: list[dict[str, Any]]
    stops: list[dict[str, Any]]
    patterns: Annotated[list[dict[str, Any]], Field(description="With calls and shape (latitude, longitude)")]
    first_last: Annotated[
        list[dict[str, Any]], Field(description="First and last departure by line, direction and service")
    ]
    services: Annotated[list[dict[str, Any]], Field(description="The dates of each service")]


class StaticChanges(Described):
    """What a version changed, by id."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    lines: dict[str, list[str]]
    stops: dict[str, list[str]]
    patterns: dict[str, list[str]]
    first_last_changed: Annotated[list[str], Field(description="Lines whose first or last departures differ")]
