"""Rows of typed arrays to and from tuples: a struct of the same layout moves a whole row at once."""

import struct
from functools import cache
from typing import Final, cast

import numpy as np
import numpy.typing as npt

_CODES: Final = {
    "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q", "f4": "f", "f8": "d",
}  # fmt: skip


def row_struct(dtype: np.dtype[np.void]) -> struct.Struct:
    """The struct whose tuples are rows of ``dtype``, padding and all; fields come in the dtype's order."""
    fields = cast("dict[str, tuple[np.dtype[np.generic], int]]", dtype.fields)
    layout, offset = ["<"], 0
    for name in dtype.names or ():
        kind, place = fields[name][:2]
        layout.append(f"{place - offset}x" + _CODES[kind.str[1:]])
        offset = place + kind.itemsize
    layout.append(f"{dtype.itemsize - offset}x")
    return struct.Struct("".join(layout))


@cache
def _used_bytes(dtype: np.dtype[np.generic]) -> npt.NDArray[np.uint8] | None:
    """255 where a row has a field's bytes, 0 between fields; ``None`` where there is nothing between them."""
    fields = cast("dict[str, tuple[np.dtype[np.generic], int]]", dtype.fields or {})
    used = np.zeros(dtype.itemsize, np.uint8)
    for kind, place, *_ in fields.values():
        used[place : place + kind.itemsize] = 255
    return None if not fields or used.all() else used


def packed_rows(rows: npt.NDArray[np.generic]) -> bytes:
    """The bytes of contiguous rows, nought between fields: numpy leaves there what memory held before."""
    used = _used_bytes(rows.dtype)
    if used is None:
        return rows.tobytes()
    return (rows.view(np.uint8).reshape(-1, len(used)) & used).tobytes()
