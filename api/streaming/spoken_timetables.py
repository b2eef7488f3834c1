"""Which versions of each timetable the log speaks, and where on it a stream hears of one for the first time."""

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from api.streaming.line_log import KEPT_S
from api.streaming.position import Position

_NEVER: Final = float("-inf")


class Change(NamedTuple):
    """The log turns from one version (hash) of a timetable to another. ``mark`` names it in ids."""

    timetable: str
    version: str
    previous: str
    mark: int


class _Spoken:
    """Where each partition speaks a version first (offsets), and when the log did first and last (POSIX s)."""

    __slots__ = ("first_at", "last_at", "offsets")

    def __init__(self, at: float) -> None:
        self.offsets: dict[int, int] = {}
        self.first_at = self.last_at = at


class SpokenTimetables:
    """What each line's value names as its timetable, read off the log, so that every replica says the same.

    Lines turn one after another, in partitions that have no order among them. A place on the log has heard of a
    version where any of its offsets lies at, or beyond, the first value of that partition to speak it: that holds
    from some place on for good, and however a replica reads. A version is a change where another was spoken before.
    What no value has spoken for as long as streams resume is forgotten: one that comes back later is a change again.
    """

    def __init__(self) -> None:
        self._spoken: dict[str, dict[str, _Spoken]] = {}

    def take(self, timetable: str, version: str, place: tuple[int, int, float]) -> None:
        """A value speaks a version; ``place`` is its partition, its offset and when the log had it (POSIX s)."""
        partition, offset, at = place
        versions = self._spoken.setdefault(timetable, {})
        spoken = versions.get(version)
        if spoken is None:
            spoken = versions[version] = _Spoken(at)
        spoken.offsets.setdefault(partition, offset)
        spoken.first_at, spoken.last_at = min(spoken.first_at, at), max(spoken.last_at, at)

    def between(self, start: Position, end: Position) -> list[Change]:
        """The changes that a client at ``start`` has not heard of and one at ``end`` has, oldest first."""
        found = []
        for timetable, versions in self._spoken.items():
            for version, spoken in versions.items():
                if _has_heard(start, spoken) or not _has_heard(end, spoken):
                    continue
                change = _change(timetable, version, versions)
                if change is not None and change.mark not in start.heard:
                    found.append((spoken.first_at, change))
        return [change for _, change in sorted(found)]

    def has_passed(self, marks: tuple[int, ...], at: Position) -> bool:
        """Whether all the changes of these marks lie at or before a place."""
        return not marks or set(marks) <= set(self._marks_until(at))

    def _marks_until(self, at: Position) -> Iterator[int]:
        for timetable, versions in self._spoken.items():
            yield from (_mark(timetable, version) for version, spoken in versions.items() if _has_heard(at, spoken))

    def prune(self, now: float) -> None:
        """Forget what nothing has spoken for as long as streams resume; of each timetable the newest stays."""
        for versions in self._spoken.values():
            newest = max(spoken.last_at for spoken in versions.values())
            for version in [each for each, spoken in versions.items() if spoken.last_at < min(newest, now - KEPT_S)]:
                del versions[version]


def _has_heard(position: Position, spoken: _Spoken) -> bool:
    return any(position.offsets[partition] >= offset for partition, offset in spoken.offsets.items())


def _change(timetable: str, version: str, versions: dict[str, _Spoken]) -> Change | None:
    """The change to a version from the one that was new before it; ``None`` where none was."""
    since = versions[version].first_at
    first, previous = max(
        ((spoken.first_at, each) for each, spoken in versions.items() if spoken.first_at < since), default=(_NEVER, "")
    )
    return None if first == _NEVER else Change(timetable, version, previous, _mark(timetable, version))


def _mark(timetable: str, version: str) -> int:
    return zlib.crc32(f"{timetable} {version}".encode())
