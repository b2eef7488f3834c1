"""What is remembered of how full a line's vehicles are, as typed arrays of its state: by hop, by vehicle, by line.

Loads are shares of a vehicle's capacity. A hop's load is that between two stops: what a rider finds who boards at its
end.
"""

from typing import Final

import numpy as np

from transit.tracking.packed_rows import gapless

HOP_LOAD: Final = np.dtype(
    [
        ("left_at", "u4"),
        ("count", "f4"),
        ("headway_s", "f4"),
        ("before_before", "f4"),
        ("before_came", "f4"),
        ("came_came", "f4"),
        ("before_after", "f4"),
        ("came_after", "f4"),
    ],
    align=True,
)
"""One hop: when the last vehicle set out on it, so many were learned from, the usual headway there.

The rest are fading sums over vehicles, of products of the load that each had on the hop ``before`` its first stop, of
the load ``after`` it, and of how long riders ``came`` to that stop (transit.crowding.exchange).
"""

RIDERS: Final = gapless(
    np.dtype(
        [
            ("run_key", "u8"),
            ("load", "f4"),
            ("before", "f4"),
            ("headway_s", "f4"),
            ("position", "i2"),
        ],
        align=True,
    )
)
"""One vehicle, row by row beside VEHICLE: the hop it was last seen on (the position of its end), the load told there
and on the hop before (NaN: none), and how long after the one before it it set out there (NaN: not known)."""

LINE_LOAD: Final = np.dtype(
    [("count", "f4"), ("off", "f4"), ("turned", "f4"), ("level", "f4"), ("doubt", "f4"), ("level_at", "u4")],
    align=True,
)
"""The line: how many stops were learned from, by how much (squared) loads after them were off on average, and how many
had got off and on.

``level`` is its demand, as a multiple of what its stops usually draw, ``doubt`` the variance of that, as of
``level_at`` (POSIX s, 0 before anything was seen)."""

RUN_AHEAD: Final = np.dtype([("key", "f8"), ("row", "i4"), ("first", "i4")], align=True)
"""Room to put a line's runs in the order in which they come (transit.crowding.gaps_ahead): a row of STANDING, and the
first of its rows of times."""
