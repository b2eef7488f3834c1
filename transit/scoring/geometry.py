"""A pattern's shape and stops on a plane, as the judge's matcher needs them."""

from functools import lru_cache
from math import cos, radians
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Timetable

Floats = npt.NDArray[np.float64]

METRES_PER_DEGREE: Final = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""


class Plane:
    """Metres east and north near a timetable's stops."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        placed = timetable.stop_latitude[timetable.stop_latitude != 0.0]
        middle = float(np.median(placed)) if len(placed) else 0.0
        self._east = METRES_PER_DEGREE * cos(radians(middle))
        self.shape = lru_cache(maxsize=4096)(self._shape)

    def place(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Metres east and north of longitude and latitude 0."""
        return longitude * self._east, latitude * METRES_PER_DEGREE

    def _shape(self, pattern: int) -> Floats:
        """Rows (x, y, progress) of a pattern's shape, metres."""
        rows = slice(*(int(v) for v in self._timetable.pattern_point_offset[pattern : pattern + 2]))
        x_m, y_m = self.place(self._timetable.point_latitude[rows], self._timetable.point_longitude[rows])
        return np.column_stack([x_m, y_m, self._timetable.point_progress_m[rows]])


def stop_progress(timetable: Timetable, pattern: int) -> Floats:
    """Metres along the pattern of each of its calls, as an array of the caller's own."""
    rows = slice(*(int(v) for v in timetable.pattern_call_offset[pattern : pattern + 2]))
    return np.array(timetable.call_progress_m[rows], np.float64)
