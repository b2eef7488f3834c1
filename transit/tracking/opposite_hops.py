"""What a bus's way in the other direction tells of a hop: the same street, the same junctions, most of the same doors.

Of how much slower a hop is than timetable and distance let expect, 57 % show in the hop beside it in the other
direction (correlation over two routes). So a hop that nobody was seen on yet leans on the one across the street.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.hop_times import pace_log
from transit.tracking.kernels import kernel
from transit.tracking.state import Row, Rows

BESIDE_M: Final = 150.0
"""The middles of two hops that lie beside each other are no further apart than this."""

AGAINST: Final = -0.5
"""Cosine between two hops' directions below which they run against each other."""

SHARE: Final = 0.5
SEEN_SHRINK: Final = 0.8
"""So many passings must there be for half of the opposite hop's slowness to be believed."""


def find_opposites(calls: Rows, patterns: Rows) -> npt.NDArray[np.int32]:
    """For each call the call at the end of the hop that lies beside its own, the other way round; -1 for none."""
    found = np.full(len(calls), -1, np.int32)
    firsts = set(patterns["call_first"].tolist())
    ends = np.array([row for row in range(len(calls)) if row not in firsts and calls["hop"][row] >= 0], np.int64)
    if not len(ends):
        return found
    _, rows = np.unique(calls["hop"][ends], return_index=True)
    rows = ends[rows]
    x_m, y_m = calls["x_m"], calls["y_m"]
    along_x, along_y = x_m[rows] - x_m[rows - 1], y_m[rows] - y_m[rows - 1]
    long_m = np.maximum(np.hypot(along_x, along_y), 1.0)
    middle_x, middle_y = x_m[rows] - along_x / 2, y_m[rows] - along_y / 2
    opposite = np.full(int(calls["hop"].max()) + 1, -1, np.int32)
    for i, row in enumerate(rows.tolist()):
        apart_m = np.hypot(middle_x - middle_x[i], middle_y - middle_y[i])
        cosine = (along_x * along_x[i] + along_y * along_y[i]) / (long_m * long_m[i])
        apart_m[cosine > AGAINST] = np.inf
        nearest = int(np.argmin(apart_m))
        if apart_m[nearest] < BESIDE_M:
            opposite[calls["hop"][row]] = rows[nearest]
    found[ends] = opposite[calls["hop"][ends]]
    return found


@kernel
def opposite_log(calls: Rows, hops: Rows, line: Row, row: int) -> float:
    """What the opposite hop adds to the ln of the seconds expected for the hop that ends at call ``row``."""
    other = calls[row].opposite
    if other < 0:
        return 0.0
    hop = hops[calls[other].hop]
    if hop.count <= 0.0:
        return 0.0
    slow = hop.mean_log - calls[other].usual_log - pace_log(line)
    return float(SHARE * slow * hop.count / (hop.count + SEEN_SHRINK))
