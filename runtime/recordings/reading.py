"""Any recording, read poll by poll: a zip, a folder of messages, or an archive of hourly zips, open hours too."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import BadZipFile, ZipFile

import structlog

from runtime.errors import UserError
from runtime.recordings.archive import CONTENT, DOWN, PART, PARTIAL, SAME
from runtime.recordings.archive_hours import hour_name
from runtime.recordings.zip_log import read_entry, scan_entries

_log = structlog.get_logger(__name__)

_HOUR_CHARACTERS: Final = len(hour_name(0))
_KINDS: Final = (CONTENT, SAME, DOWN)


class RecordedPoll(NamedTuple):
    """One poll as it was recorded at ``time_s``; ``content`` is ``None`` where nothing new came, or nothing at all.

    ``is_partial``: one of the feed's addresses was not known, so what is missing was not gone.
    """

    time_s: int
    content: bytes | None = None
    error: str | None = None
    is_partial: bool = False


class _Place(NamedTuple):
    """Where a poll lies: in a zip (or an open log), or as a file where ``archive`` is ``None``."""

    archive: Path | None
    name: str


class Recording:
    """The polls of one recording in their order.

    Raises:
        UserError: there is no such recording, it holds no message, several of one second, or it is damaged.
    """

    def __init__(self, place: Path, *, span: tuple[int, int] | None = None) -> None:
        """Find the polls; of an archive only those of the hours from and to ``span`` (POSIX s), where it is given."""
        self.place = place
        try:
            found = list(_find_polls(place, span))
        except (OSError, BadZipFile) as wrong:
            raise UserError(f"the recording {place} cannot be read: {wrong}") from None
        is_archive = all(where.archive is not None and where.archive != place for _, where in found)
        # of an archive that holds a second twice, for a clock was set back, the file that was closed first counts
        self._places = dict(sorted(found, key=lambda each: (each[0], _by_age(each[1])), reverse=is_archive))
        self._places = dict(sorted(self._places.items()))
        if not any(where.name.endswith(CONTENT) for where in self._places.values()):
            raise UserError(f"the recording {place} holds no message named <posix seconds>.pb")
        if len(self._places) < len(found):
            if not is_archive:
                raise UserError(f"the recording {place} holds several messages of one second: one feed a recording")
            _log.warning("recorded_seconds_twice", archive=str(place), left_out=len(found) - len(self._places))
        self.times = list(self._places)
        self._open: tuple[Path, ZipFile | _OpenLog] | None = None

    def between(self, from_s: int | None, to_s: int | None) -> list[int]:
        """The seconds of the polls from ``from_s`` on and before ``to_s``; ``None`` is no bound."""
        start = 0 if from_s is None else bisect_left(self.times, from_s)
        end = len(self.times) if to_s is None else bisect_left(self.times, to_s)
        return self.times[start:end]

    def read(self, time_s: int, *, max_bytes: int | None = None) -> RecordedPoll:
        """The poll of that second; one that can no longer be read is a failed poll, and says why."""
        where = self._places[time_s]
        try:
            content = self._content(where, max_bytes)
        except (OSError, BadZipFile, ValueError) as wrong:
            return RecordedPoll(time_s, error=f"{where.name} of {self.place}: {wrong}")
        is_partial = where.name.rpartition(".")[0].endswith(PARTIAL)
        if where.name.endswith(SAME):
            return RecordedPoll(time_s, is_partial=is_partial)
        if where.name.endswith(DOWN):
            return RecordedPoll(time_s, error=content.decode(errors="replace"), is_partial=is_partial)
        return RecordedPoll(time_s, content, is_partial=is_partial)

    def polls(self) -> Iterator[RecordedPoll]:
        """All of them; the file is let go of at the end."""
        try:
            for time_s in self.times:
                yield self.read(time_s)
        finally:
            self.close()

    def is_damaged(self, poll: RecordedPoll) -> bool:
        """Whether a failed poll failed here, and not when it was recorded."""
        return poll.error is not None and not self._places[poll.time_s].name.endswith(DOWN)

    def close(self) -> None:
        """Let go of the open file."""
        if self._open is not None:
            self._open[1].close()
        self._open = None

    def _content(self, where: _Place, max_bytes: int | None) -> bytes:
        if where.archive is None:
            return (self.place / where.name).read_bytes()
        if self._open is None or self._open[0] != where.archive:
            self.close()
            opened = ZipFile(where.archive) if where.archive.suffix != PART else _OpenLog(where.archive)
            self._open = (where.archive, opened)
        archive = self._open[1]
        if isinstance(archive, _OpenLog):
            return archive.read(where.name)
        if max_bytes is not None and (size := archive.getinfo(where.name).file_size) > max_bytes:
            raise ValueError(f"its {size} bytes are larger than the {max_bytes} bytes that are taken")
        return archive.read(where.name)


class _OpenLog:
    """An hour that is still being written: the whole entries that it has now."""

    def __init__(self, log: Path) -> None:
        self._file = log.open("rb")
        self._entries = {entry.name: entry for entry in scan_entries(self._file)}

    def read(self, name: str) -> bytes:
        content = read_entry(self._file, self._entries[name])
        if content is None:
            raise ValueError("it has changed while it was read")
        return content

    def close(self) -> None:
        self._file.close()


def _by_age(where: _Place) -> tuple[bool, int, str]:
    """Of an hour's files the zip comes first, then its further ones by number, last the log that is still open."""
    name = "" if where.archive is None else where.archive.name
    return name.endswith(PART), len(name), name


def is_poll_name(name: str) -> bool:
    """Whether a file's name is that of a recorded poll: its second, perhaps the feed's name, then what it holds."""
    return name.endswith(_KINDS) and name.rpartition("/")[2].partition(".")[0].isdecimal()


def _find_polls(place: Path, span: tuple[int, int] | None) -> Iterator[tuple[int, _Place]]:
    if not place.is_dir():
        yield from _named(ZipFile(place).namelist(), place)
        return
    yield from _named((path.name for path in place.iterdir()), None)
    for archive in sorted(place.glob("*.zip")):
        if span is not None and not hour_name(span[0]) <= archive.name[:_HOUR_CHARACTERS] <= hour_name(span[1]):
            continue
        yield from _named(ZipFile(archive).namelist(), archive)
    for log in sorted(place.glob(f"*.zip{PART}")):
        with log.open("rb") as opened:
            yield from _named((entry.name for entry in scan_entries(opened)), log)


def _named(names: Iterable[str], archive: Path | None) -> Iterator[tuple[int, _Place]]:
    for name in names:
        if is_poll_name(name):
            yield int(name.rpartition("/")[2].partition(".")[0]), _Place(archive, name)
