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
        ("load", "f4"),
        ("headway_s", "f4"),
        ("spread", "f4"),
        ("moved", "f4"),
    ],
    align=True,
)
"""One hop: when the last vehicle set out on it, the usual load there and the usual headway behind it.

``spread`` and ``moved`` are sums that say which part of those aboard before the hop's first stop stays: of squares of
how far the load before it lay from the usual, and of how far the load after it lay with it.
"""

RIDERS: Final = gapless(
    np.dtype(
        [
            ("run_key", "u8"),
            ("load", "f4"),
            ("before", "f4"),
            ("headway", "f4"),
            ("position", "i2"),
        ],
        align=True,
    )
)
"""One vehicle, row by row beside VEHICLE: the hop it was last seen on (the position of its end), the load told there
and on the hop before (NaN: none), and the headway it came with, as a multiple of the usual one."""

LINE_LOAD: Final = np.dtype(
    [("count", "f4"), ("off", "f4"), ("turned", "f4"), ("boards", "f4"), ("more", "f4")], align=True
)
"""The line: how many stops were learned from, by how much (squared) loads after them were off on average, and how many
had got off and on.

``boards`` and ``more`` are fading sums of who was expected to board at stops, and of how many more or fewer did."""
