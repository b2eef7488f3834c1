"""Values as they were served, kept by the hour: what was known of a key at a moment is one look-up away.

An SQLite file for every hour (UTC) below a folder: ``2026-11-25T19Z.sqlite``, a row for each value under its key and
its own time (POSIX s), packed with zlib. A kill loses what was not yet committed, which is read from the topic again,
and a row that is written twice stands there once.
"""

import sqlite3
import time
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

import msgspec

from runtime.errors import ServiceError, UserError
from runtime.recordings.archive_hours import hour_name
from runtime.recordings.read_to import encode_read_to, find_positions
from runtime.timetables.whole_file import write_whole

LINES, FEEDS, ALERTS = "served/lines", "served/feeds", "served/alerts"
"""Folders of an archive: line groups' values, feeds' states, feeds' alerts; keys are those of their topics."""

DAYS_KEPT: Final = 30
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_BUSY_S: Final = 5.0
_SUFFIX: Final = ".sqlite"
_POSITIONS: Final = "positions.json"
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS kept (key TEXT NOT NULL, at INTEGER NOT NULL, value BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS by_key ON kept (key, at);
CREATE INDEX IF NOT EXISTS by_time ON kept (at);
"""
_KEEP: Final = "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (key, at) DO UPDATE SET value = excluded.value"
"""Of two values of a second the last is what was served from then on."""


class Kept(NamedTuple):
    """One value: ``at`` is its own time (POSIX s), ``value`` its bytes as they stood on the topic."""

    key: str
    at: int
    value: bytes


class KeptValues:
    """Writes one kind of value below ``folder``; ``positions`` is the offset to read next, by partition.

    Positions count in the topics of ``epoch``: what was noted of earlier ones is no place to go on from.

    With ``carries`` each file begins with what was known when its hour did, for values that seldom change; their topic
    is read from its beginning at each start. Hours older than ``keep_days`` are deleted, thirty days at most.

    Raises:
        ServiceError: the folder cannot be used.
    """

    def __init__(self, folder: Path, *, carries: bool, epoch: int = 0, keep_days: int | None = None) -> None:
        self._folder = folder
        self._epoch = epoch
        self._carries = carries
        self._waiting: list[Kept] = []
        self._newest: dict[str, Kept] = {}
        self._pruned = ""
        self._keep_days = min(DAYS_KEPT, keep_days or DAYS_KEPT)
        self.positions: dict[str, int] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            place = folder / _POSITIONS
            if place.exists() and not carries:
                self.positions = find_positions(place.read_bytes(), epoch)
        except (OSError, msgspec.DecodeError) as wrong:
            raise ServiceError(f"the archive {folder} cannot be used: {wrong}") from None

    @property
    def waiting(self) -> int:
        """Values that are not yet written."""
        return len(self._waiting)

    def add(self, values: Sequence[Kept]) -> None:
        """Take values; they are safe once ``flush`` has returned."""
        self._waiting.extend(values)

    def flush(self, now_s: int, positions: Mapping[int, int]) -> None:
        """Write what has gathered, each value into the hour of its own time, and drop hours that are too old.

        Raises:
            ServiceError: the disk is full, or the folder is gone.
        """
        try:
            by_hour: dict[str, list[Kept]] = {}
            for kept in self._waiting:
                by_hour.setdefault(hour_name(kept.at), []).append(kept)
            if self._carries:
                for hour in (hour_name(now_s), *(hour_name(kept.at + _HOUR_S) for kept in self._waiting)):
                    if hour <= hour_name(now_s):
                        by_hour.setdefault(hour, [])
            changed: set[str] = set()
            for hour, values in sorted(by_hour.items()):
                self._write(hour, values, changed)
                changed |= {each.key for each in values}
            self._waiting.clear()
            self._prune(hour_name(now_s))
            self.positions.update({str(partition): offset for partition, offset in positions.items()})
            if not self._carries:
                with write_whole(self._folder / _POSITIONS) as opened:
                    opened.write(encode_read_to(self._epoch, self.positions))
        except (OSError, sqlite3.Error) as wrong:
            raise ServiceError(f"the archive {self._folder} cannot be written: {wrong}") from None

    def _write(self, hour: str, values: Sequence[Kept], changed: Collection[str]) -> None:
        """Write an hour's values; ``changed`` are keys of which an earlier hour has had a value since the last flush.

        A file that was begun before such a value came carries the one before it, so it is given this one too.
        """
        place = self._folder / f"{hour}{_SUFFIX}"
        carried = [each for key, each in self._newest.items() if key in changed or not place.exists()]
        if not carried and not values:
            return
        with closing(sqlite3.connect(place, timeout=_BUSY_S)) as file:
            file.execute("PRAGMA synchronous = NORMAL")
            file.executescript(_TABLE)
            rows = ((each.key, each.at, zlib.compress(each.value, 1)) for each in (*carried, *values))
            with file:
                file.executemany(_KEEP, rows)
        if self._carries:
            for each in values:
                if (known := self._newest.get(each.key)) is None or each.at >= known.at:
                    self._newest[each.key] = each

    def _prune(self, hour: str) -> None:
        if hour == self._pruned:
            return
        self._pruned = hour
        until = time.time() - self._keep_days * _DAY_S - _HOUR_S
        for place in self._folder.glob(f"*{_SUFFIX}"):
            if place.stat().st_mtime < until:
                place.unlink()


def read_kept(
    folder: Path, at: int, *, keys: Collection[str] | None = None, prefix: str = "", within_s: int | None = None
) -> list[Kept]:
    """Of each key the newest value at ``at`` (POSIX s), out of its hour and the one before it, sorted by key.

    ``keys``: only of these; without them, of all that begin with ``prefix``.
    ``within_s``: none that is older than this; an hour at most.

    Raises:
        UserError: the archive is damaged.
    """
    found: dict[str, Kept] = {}
    since = 0 if within_s is None else at - within_s
    query = "SELECT at, value FROM kept WHERE key = ? AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT 1"
    for place in _hours(folder, at):
        with _reading(place) as file:
            wanted = _keys_of(file, since, at, prefix) if keys is None else keys
            for key in (each for each in wanted if each not in found):
                for row in file.execute(query, (key, since, at)):
                    found[key] = Kept(key, row[0], zlib.decompress(row[1]))
    return [found[key] for key in sorted(found)]


def find_newest(folder: Path, at: int, *, prefix: str) -> Kept | None:
    """The newest value until ``at`` (POSIX s) of any key that begins with ``prefix``; ``None``: there is none.

    Raises:
        UserError: the archive is damaged.
    """
    query = "SELECT key, at, value FROM kept WHERE at <= ? AND substr(key, 1, ?) = ? ORDER BY at DESC LIMIT 1"
    for place in _hours(folder, at):
        with _reading(place) as file:
            for row in file.execute(query, (at, len(prefix), prefix)):
                return Kept(row[0], row[1], zlib.decompress(row[2]))
    return None


def _keys_of(file: sqlite3.Connection, since: int, at: int, prefix: str) -> list[str]:
    query = "SELECT DISTINCT key FROM kept WHERE at BETWEEN ? AND ? AND substr(key, 1, ?) = ?"
    return [row[0] for row in file.execute(query, (since, at, len(prefix), prefix))]


def _hours(folder: Path, at: int) -> list[Path]:
    """The files of a moment's hour and the hour before it, as far as they are there."""
    places = (folder / f"{hour_name(each)}{_SUFFIX}" for each in (at, at - _HOUR_S))
    return [place for place in places if place.is_file()]


@contextmanager
def _reading(place: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(place))}?mode=ro", uri=True, timeout=_BUSY_S)) as file:
            yield file
    except (sqlite3.Error, zlib.error) as wrong:
        raise UserError(f"{place}: cannot be read: {wrong}") from None
