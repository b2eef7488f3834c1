"""How one version of a timetable takes over from another, and how it is taken back."""

from typing import Final

import msgspec

from schemas.timetable_versions import TimetableDiff, TimetableVersion, TimetableVersions

VERSIONS_KEPT: Final = 10
"""Enough to take back a bad week; compiled files older than that need not be kept."""


class SuccessionError(ValueError):
    """A version cannot take over or be taken back; the message says why."""


def activate(
    versions: TimetableVersions | None, name: str, version: TimetableVersion, diff: TimetableDiff | None
) -> TimetableVersions:
    """``version`` as the newest of timetable ``name``.

    A planned version that has the same start, or a later one, is superseded by it: the newest word counts.

    Raises:
        SuccessionError: it is the newest already, from the same day on.
    """
    before = versions.versions if versions else ()
    if before and (before[-1].hash, before[-1].from_service_date) == (version.hash, version.from_service_date):
        raise SuccessionError(f"{version.hash} is the newest version of {name} already")
    start = version.from_service_date
    if start is not None:
        before = tuple(old for old in before if old.from_service_date is None or old.from_service_date < start)
    return TimetableVersions(name=name, versions=(*before, version)[-VERSIONS_KEPT:], diff=diff)


def roll_back(versions: TimetableVersions, diff: TimetableDiff | None) -> TimetableVersions:
    """``versions`` without the newest.

    Raises:
        SuccessionError: there is no version before it.
    """
    if len(versions.versions) < 2:
        raise SuccessionError(f"{versions.name} has no version before {versions.versions[-1].hash}")
    return msgspec.structs.replace(versions, versions=versions.versions[:-1], diff=diff)
