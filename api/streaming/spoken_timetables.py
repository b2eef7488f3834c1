"""Which versions of each timetable the log speaks, and where on it a stream hears of one for the first time."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from api.streaming.line_log import KEPT_S
from api.streaming.position import Position
from schemas.line_key import split_line_key


class Change(NamedTuple):
    """The log turns from one version (hash) of a timetable to another. ``mark`` names it in ids."""

    timetable: str
    version: str
    previous: str
    mark: int


class _Spell:
    """Lines speak a version: where each partition does so first (offsets), and when the log did first and last (s)."""

    __slots__ = ("first_at", "last_at", "offsets", "version")

    def __init__(self, version: str, at: float) -> None:
        self.version = version
        self.offsets: dict[int, int] = {}
        self.first_at = self.last_at = at


class SpokenTimetables:
    """What each line's value names as its timetable, read off the log, so that every replica says the same.

    Lines turn one after another, in partitions that have no order among them. A place on the log has heard of a spell
    of a version where any of its offsets lies at, or beyond, the first value of that partition in it: that holds from
    some place on for good, and however a replica reads. A spell is a change where another version was spoken before.
    A line that goes back to a version begins another spell of it; all lines that are polled must have turned before any
    turns again, which takes a poll or two, for spells to be the same in every replica. What no value has spoken for as
    long as streams resume is forgotten.
    """

    def __init__(self) -> None:
        self._spells: dict[str, list[_Spell]] = {}
        self._of_line: dict[str, _Spell] = {}

    def take(self, key: str, version: str, place: tuple[int, int, float]) -> None:
        """A line group's value speaks a version; ``place``: its partition, its offset, when the log had it (POSIX s).

        Raises:
            ValueError: ``key`` is no line key.
        """
        partition, offset, at = place
        spells = self._spells.setdefault(split_line_key(key).timetable, [])
        spell = _find(spells, self._of_line.get(key), version, at)
        if spell is None:
            spell = _Spell(version, at)
            spells.append(spell)
        self._of_line[key] = spell
        spell.offsets.setdefault(partition, offset)
        spell.first_at, spell.last_at = min(spell.first_at, at), max(spell.last_at, at)

    def between(self, start: Position, end: Position) -> list[Change]:
        """The changes that a client at ``start`` has not heard of and one at ``end`` has, oldest first."""
        found = []
        for timetable, spells in self._spells.items():
            for spell in spells:
                if _has_heard(start, spell) or not _has_heard(end, spell):
                    continue
                change = _change(timetable, spell, spells)
                if change is not None and change.mark not in start.heard:
                    found.append((spell.first_at, change))
        return [change for _, change in sorted(found)]

    def has_passed(self, marks: tuple[int, ...], at: Position) -> bool:
        """Whether all the changes of these marks lie at or before a place."""
        return not marks or set(marks) <= set(self._marks_until(at))

    def _marks_until(self, at: Position) -> Iterator[int]:
        for timetable, spells in self._spells.items():
            yield from (_mark(timetable, spell.version) for spell in spells if _has_heard(at, spell))

    def prune(self, now: float) -> None:
        """Forget what nothing has spoken for as long as streams resume; of each timetable the newest stays."""
        for spells in self._spells.values():
            newest = max(spell.last_at for spell in spells)
            spells[:] = [spell for spell in spells if spell.last_at >= min(newest, now - KEPT_S)]
        kept = {spell for spells in self._spells.values() for spell in spells}
        self._of_line = {key: spell for key, spell in self._of_line.items() if spell in kept}


def _find(spells: list[_Spell], last: _Spell | None, version: str, at: float) -> _Spell | None:
    """The spell that a line's value belongs to: the one it is in, else the next of that version; ``None``: a new one.

    A line that nothing is known of joins the spell of that time.
    """
    if last is not None and last.version == version:
        return last
    alike = sorted((each for each in spells if each.version == version), key=_first_at)
    if last is not None:
        return next((each for each in alike if each.first_at > last.first_at), None)
    return next((each for each in reversed(alike) if each.first_at <= at), alike[0] if alike else None)


def _first_at(spell: _Spell) -> float:
    return spell.first_at


def _has_heard(position: Position, spell: _Spell) -> bool:
    return any(position.offsets[partition] >= offset for partition, offset in spell.offsets.items())


def _change(timetable: str, spell: _Spell, spells: list[_Spell]) -> Change | None:
    """The change that began a spell, from the version that was new before it; ``None`` where there was no other."""
    earlier = [each for each in spells if each.first_at < spell.first_at]
    previous = max(earlier, key=_first_at, default=spell).version
    if previous == spell.version:
        return None
    return Change(timetable, spell.version, previous, _mark(timetable, spell.version))


def _mark(timetable: str, version: str) -> int:
    return zlib.crc32(f"{timetable} {version}".encode())
