"""Parts of a batch, each compressed once, and the whole joined from them: nothing is compressed or summed up twice."""

import zlib
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from api.gzip_parts import make_member, pack, unpack

_POLYNOMIAL: Final = 0xEDB88320
"""CRC-32's, as RFC 1952 (gzip) has it, lowest bit first."""

_ONE: Final = 1 << 31
_DIGEST_BYTES: Final = 12


class Piece(NamedTuple):
    """Some bytes: ``packed`` as a segment of deflate that looks back at nothing, their CRC-32, their digest.

    ``shift`` takes the sum of what stands before past them.
    """

    packed: bytes
    size: int
    crc: int
    shift: int
    digest: bytes

    def plain(self) -> bytes:
        """The bytes."""
        return unpack(self.packed)


def make_piece(text: bytes) -> Piece:
    """Compress and sum up some bytes."""
    digest = blake2b(text, digest_size=_DIGEST_BYTES).digest()
    return Piece(pack(text), len(text), zlib.crc32(text), _shift_of(len(text)), digest)


def join_gzip(pieces: Sequence[Piece]) -> bytes:
    """The pieces, one behind the other, as one gzip member (RFC 1952)."""
    crc = 0
    for piece in pieces:
        crc = _multiply(piece.shift, crc) ^ piece.crc
    return make_member((piece.packed for piece in pieces), crc=crc, size=sum(piece.size for piece in pieces))


def etag_of(pieces: Sequence[Piece]) -> bytes:
    """A weak validator of the whole, equal wherever the pieces are."""
    digest = blake2b(b"".join(piece.digest for piece in pieces), digest_size=_DIGEST_BYTES).hexdigest()
    return b'W/"' + digest.encode() + b'"'


def _multiply(one: int, other: int) -> int:
    """The product of two polynomials over GF(2), modulo CRC-32's, the highest power in the lowest bit."""
    product, bit = 0, _ONE
    while bit:
        if one & bit:
            product ^= other
            if not one & (bit - 1):
                break
        bit >>= 1
        other = (other >> 1) ^ _POLYNOMIAL if other & 1 else other >> 1
    return product


def _read_powers() -> list[int]:
    """X to the power of 8 times 1, 2, 4, 8 ...: what takes a sum past so many bytes."""
    power = _ONE >> 1
    for _ in range(3):
        power = _multiply(power, power)
    powers = [power]
    for _ in range(31):
        powers.append(_multiply(powers[-1], powers[-1]))
    return powers


_POWERS: Final = _read_powers()


def _shift_of(size: int) -> int:
    shift = _ONE
    for bit, power in enumerate(_POWERS):
        if size >> bit & 1:
            shift = _multiply(power, shift)
    return shift
