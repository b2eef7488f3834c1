"""A zip that is written as a log: whole entries at the end, its directory only when it is closed.

A kill at any byte leaves a file whose entries up to there can all be read: each begins with its name, sizes and
checksum, and one that was cut short shows by its checksum. Layout after PKWARE's APPNOTE 6.3.3, sections 4.3.7
(local header), 4.3.12 (central directory) and 4.3.16 (its end).
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

BYTES_MAX: Final = 0xF000_0000
ENTRIES_MAX: Final = 0xFFF0
"""Beyond these a zip needs fields that readers handle unevenly: the log is closed and another begun."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_NEEDS, _MADE_BY, _NAMES_ARE_UTF8, _DEFLATED = 20, (3 << 8) | 20, 0x800, 8
_MIDNIGHT: Final = (0, (2025 - 1980) << 9 | 1 << 5 | 1)
"""Time and date of every entry: the name says when it came in, and equal input must give equal bytes."""
_RAW_DEFLATE: Final = -15
_LEVEL: Final = 3
_MODE: Final = 0o644 << 16


class LoggedEntry(NamedTuple):
    """One whole entry: where its header and its packed bytes lie."""

    name: str
    offset: int
    packed_at: int
    packed_bytes: int
    bytes: int
    crc: int

    @property
    def end(self) -> int:
        """The first byte after the entry."""
        return self.packed_at + self.packed_bytes


def scan_entries(file: BinaryIO) -> Iterator[LoggedEntry]:
    """The whole entries of a log in their order; ends at the directory, or at the first entry that is cut short."""
    offset = 0
    while True:
        file.seek(offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            return
        _, _, _, _, _, _, crc, packed_bytes, size, name_bytes, extra_bytes = _LOCAL.unpack(head)
        name = file.read(name_bytes)
        entry = LoggedEntry(
            name.decode("utf-8", "replace"),
            offset,
            offset + _LOCAL.size + name_bytes + extra_bytes,
            packed_bytes,
            size,
            crc,
        )
        if read_entry(file, entry) is None:
            return
        yield entry
        offset = entry.end


def read_entry(file: BinaryIO, entry: LoggedEntry) -> bytes | None:
    """An entry's content; ``None`` where it is cut short or damaged."""
    file.seek(entry.packed_at)
    packed = file.read(entry.packed_bytes)
    if len(packed) < entry.packed_bytes:
        return None
    try:
        content = zlib.decompress(packed, _RAW_DEFLATE)
    except zlib.error:
        return None
    return content if len(content) == entry.bytes and zlib.crc32(content) == entry.crc else None


class ZipLog:
    """An open log. One found at ``path`` is gone on with: what was cut short at its end is dropped.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._file = path.open("r+b")
        self.entries = list(scan_entries(self._file))
        self._end = self.entries[-1].end if self.entries else 0
        self._file.truncate(self._end)

    @property
    def is_full(self) -> bool:
        """Whether another log must be begun."""
        return self._end >= BYTES_MAX or len(self.entries) >= ENTRIES_MAX

    def append(self, name: str, content: bytes) -> None:
        """Write one entry and see it on disk."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW_DEFLATE)
        packed = packer.compress(content) + packer.flush()
        written, crc = name.encode(), zlib.crc32(content)
        head = _LOCAL.pack(
            b"PK\x03\x04",
            _NEEDS,
            _NAMES_ARE_UTF8,
            _DEFLATED,
            *_MIDNIGHT,
            crc,
            len(packed),
            len(content),
            len(written),
            0,
        )
        self._file.seek(self._end)
        self._file.write(b"".join((head, written, packed)))
        self._sync()
        packed_at = self._end + len(head) + len(written)
        self.entries.append(LoggedEntry(name, self._end, packed_at, len(packed), len(content), crc))
        self._end = packed_at + len(packed)

    def close(self, *, as_zip: Path | None = None) -> None:
        """Let go of the file; with ``as_zip`` write its directory and give it that name: a zip like any other."""
        if as_zip is not None:
            self._write_directory()
        self._file.close()
        if as_zip is not None:
            self.path.replace(as_zip)

    def _write_directory(self) -> None:
        self._file.seek(self._end)
        written = 0
        for entry in self.entries:
            name = entry.name.encode()
            sizes = (entry.crc, entry.packed_bytes, entry.bytes, len(name), 0, 0, 0, 0, _MODE, entry.offset)
            head = _CENTRAL.pack(b"PK\x01\x02", _MADE_BY, _NEEDS, _NAMES_ARE_UTF8, _DEFLATED, *_MIDNIGHT, *sizes)
            written += self._file.write(head + name)
        count = len(self.entries)
        self._file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, written, self._end, 0))
        self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
