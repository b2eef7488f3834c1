"""Gzip put together from parts that were compressed one by one, as RFC 1951 and RFC 1952 allow.

A part is deflate blocks that refer to nothing before them and end at a whole byte, so parts may stand in any order; the
whole is one member, which every reader takes, unlike several members one after the other.
"""

import zlib
from collections.abc import Iterable
from typing import Final

HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""A member's head: no name, no time, no system that it was made on."""

_LAST_BLOCK: Final = b"\x03\x00"
_RAW: Final = -zlib.MAX_WBITS
_WORD: Final = 0xFFFFFFFF


def pack(text: bytes, *, level: int = 1) -> bytes:
    """Compress a part so that what follows does not depend on it."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _RAW)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def unpack(part: bytes) -> bytes:
    """What was packed."""
    return zlib.decompressobj(_RAW).decompress(part)


def make_member(parts: Iterable[bytes], *, crc: int, size: int) -> bytes:
    """Parts as one whole; ``crc`` (CRC-32) and ``size`` are those of all their texts, one behind the other."""
    trailer = crc.to_bytes(4, "little") + (size & _WORD).to_bytes(4, "little")
    return b"".join((HEAD, *parts, _LAST_BLOCK, trailer))
