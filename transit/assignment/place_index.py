"""The line groups whose patterns pass a place: a grid over the patterns' segments."""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Floats, Ints, Timetable
from transit.timetable.plane import HALF_TURN_DEG, short_way_deg

NEAR_M: Final = 60.0
"""A report counts as on a pattern within this distance: reports lie 0 to 66 m off their shapes in 95 of 100 cases."""

CELL_M: Final = 250.0
METRES_PER_DEG: Final = 111_195.0
AREA_MARGIN_M: Final = 10_000.0


class PlaceIndex:
    """Finds segments near a place.

    Metres are on a plane that touches the timetable's middle latitude, and count from its first point's longitude.
    """

    def __init__(self, timetable: Timetable) -> None:
        latitudes, longitudes = timetable.point_latitude, timetable.point_longitude
        self._metres_per_lon_deg = (
            METRES_PER_DEG * float(np.cos(np.radians(latitudes.mean()))) if len(latitudes) else 1.0
        )
        self._west_deg = float(longitudes[0]) if len(longitudes) else 0.0
        x = short_way_deg(longitudes - self._west_deg) * self._metres_per_lon_deg
        y = latitudes * METRES_PER_DEG
        starts = np.ones(len(x), bool)
        starts[timetable.pattern_point_offset[1:][timetable.pattern_point_offset[1:] > 0] - 1] = False
        first = np.flatnonzero(starts[: max(len(x) - 1, 0)])
        self._x, self._y = x[first], y[first]
        self._dx, self._dy = x[first + 1] - self._x, y[first + 1] - self._y
        pattern = np.searchsorted(timetable.pattern_point_offset, first, side="right") - 1
        self._group: Ints = timetable.line_group[timetable.pattern_line[pattern]]
        self._bounds = (x.min(), x.max(), y.min(), y.max()) if len(x) else (0.0, 0.0, 0.0, 0.0)
        self._cells = self._fill_cells()

    def find_groups(self, latitude: float, longitude: float) -> frozenset[int]:
        """Rows of the line groups with a pattern within ``NEAR_M`` of the place."""
        x, y = self._place(latitude, longitude)
        rows = self._cells.get((int(x // CELL_M), int(y // CELL_M)))
        if rows is None:
            return frozenset()
        near = rows[self._distances_m(rows, x, y) <= NEAR_M]
        return frozenset(self._group[near].tolist())

    def is_in_area(self, latitude: float, longitude: float) -> bool:
        """Whether the place lies within ``AREA_MARGIN_M`` of the box around all patterns."""
        x, y = self._place(latitude, longitude)
        west, east, south, north = self._bounds
        margin = AREA_MARGIN_M
        return bool(west - margin <= x <= east + margin and south - margin <= y <= north + margin)

    def _place(self, latitude: float, longitude: float) -> tuple[float, float]:
        east_deg = longitude - self._west_deg
        if abs(east_deg) > HALF_TURN_DEG:
            east_deg = float(short_way_deg(east_deg))
        return east_deg * self._metres_per_lon_deg, latitude * METRES_PER_DEG

    def _distances_m(self, rows: npt.NDArray[np.intp], x: float, y: float) -> Floats:
        dx, dy = self._dx[rows], self._dy[rows]
        to_x, to_y = x - self._x[rows], y - self._y[rows]
        length2 = np.maximum(dx * dx + dy * dy, 1e-9)
        along = np.clip((to_x * dx + to_y * dy) / length2, 0.0, 1.0)
        return np.hypot(to_x - along * dx, to_y - along * dy)

    def _fill_cells(self) -> dict[tuple[int, int], npt.NDArray[np.intp]]:
        """Every cell within reach of a segment, sampled finely enough that none is missed."""
        if not len(self._x):
            return {}
        pieces = np.ceil(np.hypot(self._dx, self._dy) / (CELL_M / 2)).astype(np.int64) + 1
        row = np.repeat(np.arange(len(pieces)), pieces)
        step = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        along = step / np.maximum(pieces[row] - 1, 1)
        x, y = self._x[row] + along * self._dx[row], self._y[row] + along * self._dy[row]
        reach_m = NEAR_M + CELL_M / 4
        shifts = (-reach_m, 0.0, reach_m)
        near = [
            np.unique(np.stack(((x + east) // CELL_M, (y + north) // CELL_M, row)).astype(np.int64), axis=1)
            for east in shifts
            for north in shifts
        ]
        cell_x, cell_y, segment = np.unique(np.concatenate(near, axis=1), axis=1)
        first = np.flatnonzero(np.diff(cell_x, prepend=cell_x[0] - 1) | np.diff(cell_y, prepend=cell_y[0] - 1))
        cells = zip(cell_x[first].tolist(), cell_y[first].tolist(), strict=True)
        return dict(zip(cells, np.split(segment, first[1:]), strict=True))
