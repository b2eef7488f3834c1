"""Where on a pattern a vehicle seems to be, asked of patterns that it may or may not be on."""

from typing import Final

import msgspec
import numpy as np

from transit.timetable.compiled import Timetable
from transit.tracking.line_tables import LineTables

NEAR_M: Final = 150.0

AS_NEAR_M: Final = 1.0

AGAINST: Final = -0.5
"""Cosine below which a vehicle drives the other way: it is on no such part of a pattern."""


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """Where a vehicle is, as far as its report says so: metres in the line's plane, and its stop's row (-1: none).

    ``planned`` are the stops (rows) that its trip update has it still call at, ``behind`` those it has called at so far
    as one guesses. ``heading`` is the unit vector east and
    north along which it was seen to move, noughts where it was not.
    """

    x_m: float
    y_m: float
    has_position: bool
    stop: int
    at: int
    planned: tuple[int, ...] = ()
    heading: tuple[float, float] = (0.0, 0.0)
    behind: tuple[int, ...] = ()


def find_nearest(tables: LineTables, pattern: int, seen: Sighting) -> tuple[float, float]:
    """Distance from the pattern's shape and metres along it, of the nearest place that is not driven against.

    Of places as near as each other, as the two ends of a loop, it is the first.
    """
    row = tables.patterns[pattern]
    segments = tables.segments[row["segment_first"] : row["segment_last"]]
    if not len(segments):
        return np.inf, 0.0
    off_x, off_y = seen.x_m - segments["x_m"], seen.y_m - segments["y_m"]
    along = np.clip(off_x * segments["ux"] + off_y * segments["uy"], 0.0, segments["length_m"])
    away = np.hypot(off_x - along * segments["ux"], off_y - along * segments["uy"])
    away[segments["ux"] * seen.heading[0] + segments["uy"] * seen.heading[1] < AGAINST] = np.inf
    nearest = int(np.argmax(away <= away.min() + AS_NEAR_M))
    return float(away[nearest]), float(segments["progress_m"][nearest] + along[nearest])


def find_along(timetable: Timetable, tables: LineTables, pattern: int, seen: Sighting) -> float | None:
    """Metres along a pattern of a vehicle that is on it: of a train by its stop; ``None`` where it is on no part."""
    row = tables.patterns[pattern]
    calls = tables.calls[row["call_first"] : row["call_first"] + row["call_count"]]
    if row["by_status"] and seen.stop >= 0:
        station = int(timetable.stop_parent[seen.stop])
        same = calls["stop"] == seen.stop
        if station >= 0:
            same |= timetable.stop_parent[calls["stop"]] == station
        return float(calls["progress_m"][np.argmax(same)]) if same.any() else None
    if not seen.has_position:
        return None
    away_m, along_m = find_nearest(tables, pattern, seen)
    return along_m if away_m <= NEAR_M else None


def scheduled_s(tables: LineTables, trip: int, along_m: float) -> float:
    """Seconds after a trip's start (row of the line's tables) at which its timetable has it so far along."""
    row = tables.patterns[tables.trips["pattern"][trip]]
    places = tables.calls["progress_m"][row["call_first"] : row["call_first"] + row["call_count"]]
    first = int(tables.trips["timing_first"][trip])
    return float(np.interp(along_m, places, tables.timings["arrival_s"][first : first + int(row["call_count"])]))
