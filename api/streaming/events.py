"""Events as they travel: server-sent, compressed or plain, or as WebSocket messages; each written once for all."""

import zlib
from typing import Final

GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Begins a compressed stream. What follows are segments that look back at nothing, so that all streams share them and
none needs a compressor of its own."""

_LEVEL: Final = 1
_RAW: Final = -15


class Event:
    """One event: ``name``, ``id`` (empty: the last one stays) and ``body``, JSON."""

    __slots__ = ("_packed", "_sent", "_served", "body", "id", "name")

    def __init__(self, name: bytes, event_id: str, body: bytes) -> None:
        self.name = name
        self.id = event_id
        self.body = body
        self._served: bytes | None = None
        self._packed: bytes | None = None
        self._sent: bytes | None = None

    def served(self) -> bytes:
        """As a server-sent event."""
        if self._served is None:
            told_id = b"id: %b\n" % self.id.encode() if self.id else b""
            self._served = b"%bevent: %b\ndata: %b\n\n" % (told_id, self.name, self.body)
        return self._served

    def packed(self) -> bytes:
        """As a segment of a compressed stream."""
        if self._packed is None:
            self._packed = pack(self.served())
        return self._packed

    def message(self) -> bytes:
        """As a WebSocket message."""
        if self._sent is None:
            self._sent = b'{"event":"%b","id":"%b","data":%b}' % (self.name, self.id.encode(), self.body)
        return self._sent


def pack(text: bytes) -> bytes:
    """Compress a part of a stream so that what follows does not depend on it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def lines_event(name: bytes, event_id: str, lines: list[bytes]) -> Event:
    """News of some line groups."""
    return Event(name, event_id, b'{"lines":[%b]}' % b",".join(lines))
