"""Douglas and Peucker's simplification: leave out points of a shape that lie within a tolerance of the rest.

Source: D. Douglas, T. Peucker, Algorithms for the reduction of the number of points required to represent a digitized
line or its caricature, 1973.
"""

import numpy as np

from transit.timetable.compiled import Flags, Floats


def simplify(x: Floats, y: Floats, tolerance_m: float) -> Flags:
    """Which points to keep, so that no point left out is further than ``tolerance_m`` from the line kept."""
    kept = np.zeros(len(x), np.bool_)
    kept[[0, -1]] = True
    spans = [(0, len(x) - 1)]
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        distance = _distances(x[start : end + 1], y[start : end + 1])
        furthest = int(np.argmax(distance))
        if distance[furthest] > tolerance_m:
            middle = start + 1 + furthest
            kept[middle] = True
            spans += [(start, middle), (middle, end)]
    return kept


def _distances(x: Floats, y: Floats) -> Floats:
    """Metres of the inner points from the straight way between the first and the last."""
    way_x, way_y = x[-1] - x[0], y[-1] - y[0]
    from_x, from_y = x[1:-1] - x[0], y[1:-1] - y[0]
    squared = way_x * way_x + way_y * way_y
    if squared == 0:
        return np.asarray(np.hypot(from_x, from_y))
    along = np.clip((from_x * way_x + from_y * way_y) / squared, 0, 1)
    return np.asarray(np.hypot(from_x - along * way_x, from_y - along * way_y))
