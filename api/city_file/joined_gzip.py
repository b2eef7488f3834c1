"""One gzip file joined from parts that were compressed one by one, as RFC 1951 and RFC 1952 allow.

Each part is deflate blocks that refer to nothing before them and end at a whole byte, so parts may stand in any order;
the file is one member, which every reader takes, unlike several members one after the other.
"""

import zlib
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

_LEVEL: Final = 4
_RAW: Final = -zlib.MAX_WBITS
_MEMORY: Final = 9
_HEADER: Final = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_LAST_BLOCK: Final = b"\x03\x00"
_SIZE_MAX: Final = 1 << 32
_DIGEST_BYTES: Final = 16


class Packed(NamedTuple):
    """A part: its text, the deflate blocks of it, and a digest of it."""

    text: bytes
    blocks: bytes
    digest: bytes


def pack(text: bytes) -> Packed:
    """Compress one part."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, _MEMORY)
    blocks = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    return Packed(text, blocks, blake2b(text, digest_size=_DIGEST_BYTES).digest())


def join_gzip(parts: Sequence[Packed]) -> bytes:
    """The parts as one file."""
    checksum, size = 0, 0
    for part in parts:
        checksum = zlib.crc32(part.text, checksum)
        size += len(part.text)
    trailer = checksum.to_bytes(4, "little") + (size % _SIZE_MAX).to_bytes(4, "little")
    return b"".join((_HEADER, *(part.blocks for part in parts), _LAST_BLOCK, trailer))
