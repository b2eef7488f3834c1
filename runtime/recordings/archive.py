"""The archive of one feed: a zip for every hour (UTC), named ``2026-11-25T19Z.zip``, ``.part`` until its hour is over.

Each poll is one entry, named by the second it was received: ``<posix seconds>.pb`` holds what came in, to the byte;
``.same`` says that the feed was what it was before, ``.down`` that it could not be fetched, and why. Before each stands
``.~partial`` where one of the feed's addresses was not known: what is missing was not gone. So a replay gives the door
what it saw, quiet, failed and partial polls too.
"""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

import structlog

from runtime.errors import ServiceError
from runtime.recordings.archive_hours import hour_name
from runtime.recordings.keep_days import delete_old_hours
from runtime.recordings.zip_log import ZipLog, scan_entries

CONTENT, SAME, DOWN = ".pb", ".same", ".down"
PARTIAL: Final = ".~partial"
"""No feed is named so: a name before the kind may be the feed's."""

PART: Final = ".part"

_log = structlog.get_logger(__name__)


class FeedArchive:
    """Writes one feed's polls below ``folder``; hours that an earlier process left open are closed first.

    Of hours that are over the last ``keep_days`` days are kept; ``None`` keeps all.

    Raises:
        ServiceError: the folder cannot be written.
    """

    def __init__(self, folder: Path, *, keep_days: int | None = None) -> None:
        self.folder = folder
        self._keep_days = keep_days
        self.polls = self.bytes = 0
        self._hour = ""
        self._log: ZipLog | None = None
        self._last_s = -1
        """The second of the newest poll on disk; -1 where that was not looked at yet."""

    def write(
        self, time_s: int, content: bytes | None = None, error: str | None = None, *, is_partial: bool = False
    ) -> None:
        """Keep one poll; when this returns, no kill can take it away.

        Seconds rise from poll to poll: one that does not, for the clock was set back, is kept under the next second.

        Raises:
            ServiceError: the disk is full, or the folder is gone.
        """
        try:
            time_s = self._next_second(time_s)
            log = self._open(hour_name(time_s))
            name = f"{time_s}{PARTIAL if is_partial else ''}"
            if error is not None:
                log.append(f"{name}{DOWN}", error.encode())
            elif content is None:
                log.append(f"{name}{SAME}", b"")
            else:
                log.append(f"{name}{CONTENT}", content)
        except OSError as wrong:
            raise ServiceError(f"the archive {self.folder} cannot be written: {wrong.strerror}") from None
        self.polls += 1
        self.bytes += len(content or b"")

    def _next_second(self, time_s: int) -> int:
        if self._last_s < 0:
            self._last_s = _newest_second(self.folder)
        if time_s <= self._last_s:
            _log.warning("archive_clock_ran_back", folder=str(self.folder), at=time_s, last=self._last_s)
        self._last_s = max(time_s, self._last_s + 1)
        return self._last_s

    def close(self) -> None:
        """Leave the hour open for whoever goes on with it."""
        if self._log is not None:
            self._log.close()
            self._log = None
            self._hour = ""

    def _open(self, hour: str) -> ZipLog:
        if self._log is not None and self._hour == hour and not self._log.is_full:
            return self._log
        if self._log is not None:
            self._log.close(as_zip=self._free_name(self._hour))
        self._close_left(hour)
        delete_old_hours(self.folder, ".zip", hour, self._keep_days)
        self._log, self._hour = ZipLog(self.folder / f"{hour}.zip{PART}"), hour
        return self._log

    def _close_left(self, hour: str) -> None:
        """Turn logs of other hours, which a killed process left, into zips."""
        for left in sorted(self.folder.glob(f"*.zip{PART}")):
            theirs = left.name.removesuffix(f".zip{PART}")
            if theirs != hour:
                log = ZipLog(left)
                log.close(as_zip=self._free_name(theirs))

    def _free_name(self, hour: str) -> Path:
        """An hour's zip; where it was closed before (a full log, a clock set back) the next number after it."""
        place, number = self.folder / f"{hour}.zip", 1
        while place.exists():
            number += 1
            place = self.folder / f"{hour}-{number}.zip"
        return place


def _newest_second(folder: Path) -> int:
    """The newest second that the newest hour holds; 0 where nothing is kept."""
    files = [*folder.glob("*.zip"), *folder.glob(f"*.zip{PART}")]
    hour = max((file.name[: len(hour_name(0))] for file in files), default="")
    seconds = [0]
    for file in (file for file in files if hour and file.name.startswith(hour)):
        stems = (name.partition(".")[0] for name in _list_names(file))
        seconds += [int(stem) for stem in stems if stem.isdecimal()]
    return max(seconds)


def _list_names(file: Path) -> list[str]:
    if file.suffix == PART:
        with file.open("rb") as opened:
            return [entry.name for entry in scan_entries(opened)]
    try:
        with ZipFile(file) as archive:
            return archive.namelist()
    except BadZipFile as torn:
        _log.warning("archive_hour_unreadable", file=str(file), error=str(torn))
        return []
