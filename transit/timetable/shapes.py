"""Shapes as shapes.txt draws them, simplified, and known by their geometry."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Floats
from transit.timetable.faults import FaultList
from transit.timetable.plane import lengths, plane_about
from transit.timetable.reading import read_optional_table
from transit.timetable.simplify import simplify
from transit.timetable.table import Table

TOLERANCE_M: Final = 1.0
_LATITUDE_MAX_DEG: Final = 90
_LONGITUDE_MAX_DEG: Final = 180


@dataclass(frozen=True, slots=True)
class Shape:
    """A simplified shape: its points, their metres along it, and ``shape_dist_traveled`` where the feed gives it.

    ``distance`` is in the feed's own unit and ascends; it is ``None`` where it is absent or does not.
    """

    latitude: Floats
    longitude: Floats
    progress_m: Floats
    distance: Floats | None

    @property
    def geometry(self) -> bytes:
        """Equal for shapes that run the same way, whatever their ids."""
        return self.latitude.tobytes() + self.longitude.tobytes()


def read_shapes(tables: Mapping[str, bytes], used: AbstractSet[str], faults: FaultList) -> dict[str, Shape]:
    """The shapes with ids in ``used``; one of less than two places is left out."""
    required = ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
    table = read_optional_table(tables, "shapes.txt", faults, required)
    wanted = table.text("shape_id").is_in(list(used)).to_numpy()
    table = _placed(table.rows(np.flatnonzero(wanted)), faults)
    ids = sorted(set(table.text("shape_id").unique()))
    shape = table.rows_in("shape_id", ids)
    order = np.lexsort((table.integers("shape_pt_sequence"), shape))
    latitude, longitude, distance = (
        table.floats(column)[order] for column in ("shape_pt_lat", "shape_pt_lon", "shape_dist_traveled")
    )
    ends = np.searchsorted(shape[order], np.arange(len(ids) + 1))
    found: dict[str, Shape] = {}
    for row, shape_id in enumerate(ids):
        points = slice(ends[row], ends[row + 1])
        drawn = _shape(latitude[points], longitude[points], distance[points])
        if drawn is not None:
            found[shape_id] = drawn
    unusable = sorted(used - found.keys() - {""})
    faults.note_subjects("shapes.txt", unusable, "shape {value} has less than two places; straight lines stand in")
    return found


def _placed(table: Table, faults: FaultList) -> Table:
    latitude, longitude = table.floats("shape_pt_lat"), table.floats("shape_pt_lon")
    placed = (np.abs(latitude) <= _LATITUDE_MAX_DEG) & (np.abs(longitude) <= _LONGITUDE_MAX_DEG)
    placed &= (latitude != 0) | (longitude != 0)
    faults.note(table, np.flatnonzero(~placed).tolist(), "the shape's point has no position; left out")
    numbered = table.integers("shape_pt_sequence") >= 0
    faults.note(table, np.flatnonzero(placed & ~numbered).tolist(), "shape_pt_sequence is no number; point left out")
    return table.rows(np.flatnonzero(placed & numbered))


def _shape(latitude: Floats, longitude: Floats, distance: Floats) -> Shape | None:
    distinct = np.ones(len(latitude), np.bool_)
    distinct[1:] = (np.diff(latitude) != 0) | (np.diff(longitude) != 0)
    if np.count_nonzero(distinct) < 2:
        return None
    latitude, longitude, distance = latitude[distinct], longitude[distinct], distance[distinct]
    plane = plane_about(latitude, longitude)
    kept = simplify(*plane.metres(latitude, longitude), TOLERANCE_M)
    latitude, longitude, distance = latitude[kept], longitude[kept], distance[kept]
    progress_m = np.concatenate(([0.0], np.cumsum(lengths(*plane.metres(latitude, longitude)))))
    return Shape(latitude, longitude, progress_m, distance if _ascends(distance) else None)


def _ascends(distance: npt.NDArray[np.float64]) -> bool:
    return bool(np.isfinite(distance).all() and (np.diff(distance) > 0).all())
