"""A line group's values of the last minutes, packed, in the order in which the log has them."""

import sys
import zlib
from collections import deque
from typing import Final, NamedTuple

import msgspec

from schemas.line_forecasts import decode_public
from schemas.line_value import LineValue, Watermark
from transit.answers.line_view import LineView, view_line

KEPT_S: Final = 310.0
"""How far back a stream may be resumed: five minutes, and what a client takes to come back."""

_PACK_LEVEL: Final = 1


class _Head(msgspec.Struct, array_like=True):
    """The first fields of schemas.line_forecasts.LineForecasts."""

    line_group: str
    timetable: str


_head: Final = msgspec.msgpack.Decoder(_Head)


class Version(NamedTuple):
    """One value: where it lies on the log (offset), when the log had it (POSIX s), and its public part, packed.

    ``timetable`` is the hash of the version that it speaks.
    """

    offset: int
    at: float
    watermark: Watermark
    packed: bytes
    timetable: str

    def view(self) -> LineView:
        """The value, unpacked.

        Raises:
            msgspec.DecodeError: it is none.
        """
        return view_line(self.watermark, decode_public(zlib.decompress(self.packed)))


class LineLog:
    """The versions of one line group; ``partition`` is where on the log they lie."""

    __slots__ = ("key", "partition", "told", "versions")

    def __init__(self, key: str, partition: int) -> None:
        self.key = key
        self.partition = partition
        self.versions: deque[Version] = deque()
        self.told = -1
        """Offset of the newest version that streams were told of."""

    def take(self, offset: int, at: float, value: LineValue) -> bool:
        """Add a value, unless a later one is known: a worker that woke late writes old ones.

        Raises:
            msgspec.DecodeError: it is none.
        """
        if self.versions and value.watermark <= self.versions[-1].watermark:
            return False
        packed = zlib.compress(value.public, _PACK_LEVEL)
        timetable = sys.intern(_head.decode(value.public).timetable)
        self.versions.append(Version(offset, at, value.watermark, packed, timetable))
        return True

    def prune(self, before: float) -> int:
        """Forget what is older than ``before`` (POSIX s), less the newest of it: the last offset forgotten, or -1.

        The newest of what is old stays, as what the next one is told against.
        """
        forgotten = -1
        while len(self.versions) > 1 and self.versions[1].at < before:
            forgotten = self.versions.popleft().offset
        return forgotten

    def after(self, offset: int) -> list[Version]:
        """The versions beyond an offset, oldest first."""
        found = []
        for version in reversed(self.versions):
            if version.offset <= offset:
                break
            found.append(version)
        found.reverse()
        return found

    def before(self, offset: int) -> Version | None:
        """The last version below an offset, if it is still known."""
        for version in reversed(self.versions):
            if version.offset < offset:
                return version
        return None
