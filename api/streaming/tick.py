"""One turn of the hub: what was read within a fifth of a second, told together."""

from typing import NamedTuple

from api.streaming.line_log import Version
from api.streaming.position import Position
from api.streaming.spoken_timetables import Change


class Tick(NamedTuple):
    """The positions before and after it, and each changed line group's versions not told before.

    ``id`` is the position after it as events carry it.
    ``full`` names line groups whose newest version is told whole, because an override changed what it says.
    ``timetables`` are those that turned to another version.
    """

    number: int
    start: Position
    position: Position
    id: str
    changed: dict[str, list[Version]]
    full: frozenset[str] = frozenset()
    timetables: tuple[Change, ...] = ()
