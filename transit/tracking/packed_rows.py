"""Rows of typed arrays to and from tuples: a struct of the same layout moves a whole row at once."""

import struct
from typing import Final, cast

import numpy as np

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


def gapless(dtype: np.dtype[np.void]) -> np.dtype[np.void]:
    """The same layout with each gap between fields a field of its own.

    numpy copies fields alone and leaves in gaps what memory held before: rows that are told as they lie in memory, the
    same bytes for the same state, must have none.
    """
    fields = cast("dict[str, tuple[np.dtype[np.generic], int]]", dtype.fields)
    told: list[tuple[str, object]] = []
    end = 0
    for name in dtype.names or ():
        kind, place = fields[name][:2]
        told += [(f"gap_{end}", ("u1", (place - end,)))] if place > end else []
        told.append((name, kind))
        end = place + kind.itemsize
    told += [(f"gap_{end}", ("u1", (dtype.itemsize - end,)))] if dtype.itemsize > end else []
    return np.dtype(told)
