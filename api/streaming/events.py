"""Events as they travel: server-sent, compressed or plain, or as WebSocket messages; each written once for all.

A compressed stream is a gzip member without an end: its parts look back at nothing, so that all streams share them and
none needs a compressor of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from api.gzip_parts import pack, unpack

_LINES_A_PIECE: Final = 16
"""Whole lines sent at once where an event is not kept: some 200 KB compressed."""


_COMMA: Final = pack(b",")
_TAIL: Final = b"]}\n\n"
_PACKED_TAIL: Final = pack(_TAIL)


class Told(Protocol):
    """A line group's news as one JSON object, to be put into events."""

    @property
    def is_packed(self) -> bool:
        """Whether it is held compressed."""

    def plain(self) -> bytes:
        """The JSON."""

    def packed(self) -> bytes:
        """The JSON as a segment of a compressed stream."""


class PlainLine:
    """News that few want: held plain, and compressed with the event that it is in."""

    __slots__ = ("_text",)
    is_packed: Final = False

    def __init__(self, text: bytes) -> None:
        self._text = text

    def plain(self) -> bytes:
        """The JSON."""
        return self._text

    def packed(self) -> bytes:
        """The JSON as a segment of a compressed stream."""
        return pack(self._text)


class PackedLine:
    """All the news of a line group, for all who want the whole of it: held compressed, a tenth of its size."""

    __slots__ = ("_segment",)
    is_packed: Final = True

    def __init__(self, text: bytes) -> None:
        self._segment = pack(text)

    def plain(self) -> bytes:
        """The JSON, unpacked again."""
        return unpack(self._segment)

    def packed(self) -> bytes:
        """The JSON as a segment of a compressed stream."""
        return self._segment


class Event:
    """One event: ``name``, ``id`` (empty: the last one stays), and its JSON: ``body``, or news of ``lines``.

    One that is ``kept`` is told to many, and holds what it was written as.
    """

    __slots__ = ("_body", "_kept", "_message", "_packed", "_served", "id", "lines", "name")

    def __init__(
        self, name: bytes, event_id: str, body: bytes = b"", *, lines: Sequence[Told] = (), kept: bool = False
    ) -> None:
        self.name = name
        self.id = event_id
        self.lines = lines
        self._body = body
        self._kept = kept
        self._served: bytes | None = None
        self._packed: bytes | None = None
        self._message: str | None = None

    @property
    def body(self) -> bytes:
        """Its JSON."""
        return self._body or b'{"lines":[%b]}' % b",".join([line.plain() for line in self.lines])

    def _head(self) -> bytes:
        told_id = b"id: %b\n" % self.id.encode() if self.id else b""
        return b"%bevent: %b\ndata: " % (told_id, self.name)

    def served(self) -> bytes:
        """As a server-sent event."""
        if self._served is None:
            served = b"%b%b\n\n" % (self._head(), self.body)
            if not self._kept:
                return served
            self._served = served
        return self._served

    def packed(self) -> bytes:
        """As segments of a compressed stream."""
        if self._packed is None:
            packed = b"".join(self._pieces(packed=True))
            if not self._kept:
                return packed
            self._packed = packed
        return self._packed

    def pieces(self, *, packed: bool) -> Iterator[bytes]:
        """As a server-sent event, in pieces where it is long and told to one alone."""
        if self._kept:
            yield self.packed() if packed else self.served()
        else:
            yield from self._pieces(packed=packed)

    def _pieces(self, *, packed: bool) -> Iterator[bytes]:
        if not any(line.is_packed for line in self.lines):
            served = self.served()
            yield pack(served) if packed else served
            return
        head = self._head() + b'{"lines":['
        yield pack(head) if packed else head
        comma = _COMMA if packed else b","
        for first in range(0, len(self.lines), _LINES_A_PIECE):
            some = [line.packed() if packed else line.plain() for line in self.lines[first : first + _LINES_A_PIECE]]
            yield (comma if first else b"") + comma.join(some)
        yield _PACKED_TAIL if packed else _TAIL

    def message(self) -> str:
        """As a WebSocket message."""
        if self._message is None:
            message = (b'{"event":"%b","id":"%b","data":%b}' % (self.name, self.id.encode(), self.body)).decode()
            if not self._kept:
                return message
            self._message = message
        return self._message
