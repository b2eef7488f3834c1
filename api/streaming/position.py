"""How far a stream has come: one offset for each partition of the forecasts topic, the same in every replica.

Written into each event's id. An offset counts records read, so that -1 stands for none.
"""

import re
from dataclasses import dataclass
from typing import Final

NOTHING: Final = -1
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_PART: Final = re.compile(r"[0-9a-z]{0,12}")
_BASE: Final = len(_DIGITS)
ID_CHARACTERS_MAX: Final = 16_384
"""An id of a thousand partitions is shorter."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the log.

    ``epoch`` tells topics made anew from those before; ``edits`` is when an override last began or ended (POSIX ms).
    ``heard`` marks changes of timetables that lie beyond it and were told already.
    """

    epoch: int
    edits: int
    offsets: tuple[int, ...]
    heard: tuple[int, ...] = ()

    def is_beyond(self, other: "Position") -> bool:
        """Whether it has read something that the other has not."""
        return any(mine > theirs for mine, theirs in zip(self.offsets, other.offsets, strict=True))

    def having_heard(self, mark: int) -> "Position":
        """The same place, a change of timetable told."""
        return Position(self.epoch, self.edits, self.offsets, (*self.heard, mark))

    def write(self) -> str:
        """The id: ``<epoch>.<edits>.<offset>...~<heard>...`` in base 36, an offset of none left empty."""
        offsets = (_write(offset) if offset >= 0 else "" for offset in self.offsets)
        place = ".".join((_write(self.epoch), _write(self.edits), *offsets))
        return "~".join((place, *map(_write, self.heard)))


def parse_position(text: str, *, partitions: int) -> Position | None:
    """Read an id back; ``None`` where it is none of ours, or of another number of partitions."""
    if len(text) > ID_CHARACTERS_MAX:
        return None
    place, *heard = text.split("~")
    parts = place.split(".")
    if len(parts) != partitions + 2 or not all(_PART.fullmatch(part) for part in parts) or not (parts[0] and parts[1]):
        return None
    if not all(mark and _PART.fullmatch(mark) for mark in heard):
        return None
    epoch, edits, *offsets = (int(part, _BASE) if part else NOTHING for part in parts)
    return Position(epoch, edits, tuple(offsets), tuple(int(mark, _BASE) for mark in heard))


def _write(number: int) -> str:
    if number < _BASE:
        return _DIGITS[number]
    digits = []
    while number:
        number, digit = divmod(number, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
