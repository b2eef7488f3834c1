"""The city's file joined from parts that are held with their text, each compressed once."""

import zlib
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from api import gzip_parts

_LEVEL: Final = 4
_DIGEST_BYTES: Final = 16


class Packed(NamedTuple):
    """A part: its text, the deflate blocks of it, and a digest of it."""

    text: bytes
    blocks: bytes
    digest: bytes


def pack(text: bytes) -> Packed:
    """Compress one part."""
    return Packed(text, gzip_parts.pack(text, level=_LEVEL), blake2b(text, digest_size=_DIGEST_BYTES).digest())


def join_gzip(parts: Sequence[Packed]) -> bytes:
    """The parts as one file."""
    checksum, size = 0, 0
    for part in parts:
        checksum = zlib.crc32(part.text, checksum)
        size += len(part.text)
    return gzip_parts.make_member((part.blocks for part in parts), crc=checksum, size=size)
