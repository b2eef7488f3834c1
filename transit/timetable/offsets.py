"""Where each owner's rows begin in a table sorted by owner."""

from typing import Any

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Ints

Rows = npt.NDArray[np.integer[Any]]
"""Row numbers, or counts of rows, of any width."""


def offsets_of(owners: Rows, owner_count: int) -> Ints:
    """Offsets, one more than there are owners: the rows of owner ``i`` are ``[offset[i], offset[i + 1])``.

    ``owners`` names each row's owner, in ascending order.
    """
    return np.searchsorted(owners, np.arange(owner_count + 1)).astype(np.int32)


def offsets_of_counts(counts: Rows) -> Ints:
    """Offsets of owners that have ``counts`` rows each."""
    offsets = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    return offsets
