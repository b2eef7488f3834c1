"""Which call each vehicle of a driven day made last before a moment."""

import numpy as np

from simulators.city.driving import Rows, Singles
from transit.timetable.compiled import Floats
from transit.tracking.kernels import njit


@njit(cache=True)
def last_rows(first_row: Rows, end_row: Rows, arrival: Singles, vehicles: Rows, at: Floats) -> Rows:
    """For each of ``vehicles`` the last of its rows with an arrival by ``at``; the row before its first if none is.

    Rows from ``end_row`` on are not driven yet. ``at`` counts as ``arrival`` does.
    """
    found = np.empty(len(vehicles), np.int64)
    for each in range(len(vehicles)):
        low, high = first_row[vehicles[each]], end_row[vehicles[each]]
        while low < high:
            middle = (low + high) // 2
            if arrival[middle] <= at[each]:
                low = middle + 1
            else:
                high = middle
        found[each] = low - 1
    return found
