"""A history: typed arrays of what was usual, each row with the number of observations behind it.

Rows are sorted by what they are of, so that equal observations give equal bytes and thus the same hash. Hops are named
by their two stops and shared by all lines that make them.
"""

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Strings
from transit.timetable.digest import content_of
from transit.tracking.state import LAG_SHARES, Rows

HOP_ROW: Final = np.dtype(
    [
        ("day_type", "u4"),
        ("hour", "i4"),
        ("count", "f4"),
        ("both_log", "f4"),
        ("run_log", "f4"),
        ("dwell_count", "f4"),
        ("dwell_log", "f4"),
    ],
    align=True,
)
"""Usual ln(seconds) of a hop in one hour of the service day: from arrival to arrival, on the way, standing before."""

LAG_ROW: Final = np.dtype(
    [("day_type", "u4"), ("hour", "i4"), ("count", "f4"), ("lag_s", "f4", (LAG_SHARES,))], align=True
)
"""How long after their time vehicles left a first stop: evenly spaced quantiles."""

PLACE_ROW: Final = np.dtype([("key", "u4"), ("count", "f4"), ("mean_log", "f4")], align=True)
"""As transit.forecasting.memory.PLACE, sorted by key."""

LOAD_ROW: Final = np.dtype(
    [
        ("day_type", "u4"),
        ("hour", "i4"),
        ("count", "f4"),
        ("load", "f4"),
        ("headway_s", "f4"),
        ("boards", "f4"),
    ],
    align=True,
)
"""A line's vehicles on a hop in one hour: how full they usually are (shares of the capacity), how far apart they come.

``boards`` is who boards at the hop's first stop at that headway (NaN: not known).
"""


@dataclass(frozen=True, kw_only=True, slots=True, weakref_slot=True, eq=False)
class History:
    """What earlier service taught. ``hop_from``, ``hop_to`` and ``lag_stop`` are stop ids, one a row.

    ``load_line``, ``load_from`` and ``load_to`` name the rows of ``loads``: line and stop ids.
    """

    hash: str
    days: int
    observations: int
    hop_from: Strings
    hop_to: Strings
    hops: Rows
    lag_stop: Strings
    lags: Rows
    places: Rows
    load_line: Strings
    load_from: Strings
    load_to: Strings
    loads: Rows


def history_hash(parts: "dict[str, Strings | npt.NDArray[np.void]]") -> str:
    """Sixteen hexadecimal digits of SHA-256 over the arrays, in the order of their names."""
    digest = sha256()
    for name in sorted(parts):
        for part in content_of(parts[name]):
            digest.update(f"{name}:{len(part)}:".encode())
            digest.update(part)
    return digest.hexdigest()[:16]


def arrays_of(history: History) -> "dict[str, Strings | npt.NDArray[np.void]]":
    """The arrays that make a history, by name."""
    return {field.name: getattr(history, field.name) for field in fields(history) if field.name not in _FACTS}


_FACTS: Final = frozenset({"hash", "days", "observations"})
