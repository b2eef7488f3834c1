"""The timetable that a feed speaks: the version in force on the service date of each poll."""

import asyncio
from typing import Final

import structlog

from runtime.timetables import DamagedTimetableError, TimetableFolder
from schemas.timetable_versions import TimetableVersions, version_in_force
from transit.assignment.service_days import service_date_at
from transit.timetable.compiled import Timetable

_log = structlog.get_logger(__name__)

ZONE_BEFORE_ANY: Final = "UTC"


class TimetableInForce:
    """Follows the versions of one timetable and holds the one in force."""

    def __init__(self, name: str, folder: TimetableFolder) -> None:
        self.name = name
        self._folder = folder
        self._versions: TimetableVersions | None = None
        self._current: Timetable | None = None
        self._refused = ""

    @property
    def is_known(self) -> bool:
        """Whether any version was ever told of."""
        return self._versions is not None

    def follow(self, versions: TimetableVersions) -> None:
        """Take note of a change of versions."""
        if versions.name == self.name:
            self._versions = versions

    async def find(self, time_s: int) -> Timetable | None:
        """The timetable for a poll at ``time_s``; the last one where the new one's file cannot be used yet."""
        if self._versions is None:
            return self._current
        zone = ZONE_BEFORE_ANY if self._current is None else self._current.timezone
        version = version_in_force(self._versions, service_date_at(zone, time_s))
        if version is None or (self._current is not None and version.hash == self._current.hash):
            return self._current
        try:
            found = await asyncio.to_thread(self._folder.find, version.hash)
        except DamagedTimetableError as damaged:
            self._complain(version.hash, str(damaged))
            return self._current
        if found is None:
            self._complain(version.hash, f"{self._folder.folder} holds no such file")
            return self._current
        self._current = found
        _log.info("timetable_taken_up", timetable=self.name, hash=version.hash, at=time_s)
        return found

    def _complain(self, content_hash: str, reason: str) -> None:
        if self._refused != content_hash:
            self._refused = content_hash
            _log.error("timetable_not_taken_up", timetable=self.name, hash=content_hash, reason=reason)
