"""Arrays that are mostly noughts, packed without them.

Packed are one bit for each 16-bit word that says whether it is none, eight to a byte with the first lowest, and behind
them, little-endian, the words that are not. What is left out would cost to compress, check and send, and a line's
state is all of it once a message.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from transit.tracking.kernels import kernel

_GROUP: Final = 8
"""Words to a byte of bits."""

_GROUP_BYTES: Final = 2 * _GROUP


def leave_out_noughts(parts: Sequence[npt.NDArray[Any]]) -> bytes:
    """Pack arrays one behind the other, as if as many noughts followed as make their length a multiple of 16."""
    size = sum([part.nbytes for part in parts])
    # arrays are buffers, though numpy's types say so from Python 3.12 on alone
    laid_out: Any = (*parts, bytes(_padded(size) - size))
    words = np.frombuffer(b"".join(laid_out), "<u2")
    are_some = np.empty(len(words) // _GROUP, np.uint8)
    kept = np.empty(len(words), "<u2")
    count = _keep(words, are_some, kept)
    return b"".join((are_some.data, kept[:count].data))


def put_back_noughts(packed: bytes, offset: int, size: int) -> tuple[bytes, int]:
    """The ``size`` bytes that ``leave_out_noughts`` packed, and where in ``packed`` they end; they begin at ``offset``.

    Raises:
        ValueError: ``packed`` is cut short.
    """
    groups = _padded(size) // _GROUP_BYTES
    are_some = np.unpackbits(np.frombuffer(packed, np.uint8, groups, offset), bitorder="little").view(np.bool_)
    words = np.zeros(len(are_some), "<u2")
    count = int(are_some.sum())
    words[are_some] = np.frombuffer(packed, "<u2", count, offset + groups)
    return words.tobytes()[:size], offset + groups + 2 * count


def _padded(size: int) -> int:
    return -(-size // _GROUP_BYTES) * _GROUP_BYTES


@kernel
def _keep(words: npt.NDArray[np.uint16], are_some: npt.NDArray[np.uint8], kept: npt.NDArray[np.uint16]) -> int:
    """Fill ``are_some`` and ``kept``; returns how many are kept. A nought is written too, and written over."""
    count = 0
    for group in range(len(are_some)):
        bits = 0
        for i in range(_GROUP):
            word = words[_GROUP * group + i]
            kept[count] = word
            if word != 0:
                bits |= 1 << i
                count += 1
        are_some[group] = bits
    return count
