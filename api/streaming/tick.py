"""One turn of the hub: what was read within a fifth of a second, told together."""

from typing import NamedTuple

from api.streaming.line_log import Version
from api.streaming.position import Position


class Tick(NamedTuple):
    """The position after it (``id``: as events carry it), and each changed line group's versions not told before.

    ``full`` names line groups whose newest version is told whole, because an override changed what it says.
    """

    number: int
    position: Position
    id: str
    changed: dict[str, list[Version]]
    full: frozenset[str] = frozenset()
