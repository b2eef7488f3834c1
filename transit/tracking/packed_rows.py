"""Rows of typed arrays to and from tuples: a struct of the same layout moves a whole row at once."""

import struct
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    import numpy as np

_CODES: Final = {
    "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q", "f4": "f", "f8": "d",
}  # fmt: skip


def row_struct(dtype: "np.dtype[np.void]") -> struct.Struct:
    """The struct whose tuples are rows of ``dtype``, padding and all; fields come in the dtype's order."""
    fields = cast("dict[str, tuple[np.dtype[np.generic], int]]", dtype.fields)
    layout, offset = ["<"], 0
    for name in dtype.names or ():
        kind, place = fields[name][:2]
        layout.append(f"{place - offset}x" + _CODES[kind.str[1:]])
        offset = place + kind.itemsize
    layout.append(f"{dtype.itemsize - offset}x")
    return struct.Struct("".join(layout))
