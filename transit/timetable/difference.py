"""What a new timetable changed against the one before it."""

from typing import Final

import numpy as np

from schemas.timetable_versions import TimetableDiff
from transit.timetable.compiled import Strings, Timetable
from transit.timetable.plane import plane_about

MOVED_MIN_M: Final = 20.0
"""A stop that moved less was surveyed again, not moved."""


def compare_timetables(old: Timetable, new: Timetable) -> TimetableDiff:
    """The diff from ``old`` to ``new``, by ids; patterns and trips are counted, lines and stops named."""
    return TimetableDiff(
        lines_added=_missing(new.line_id, old.line_id),
        lines_removed=_missing(old.line_id, new.line_id),
        patterns_added=len(_missing(new.pattern_id, old.pattern_id)),
        patterns_removed=len(_missing(old.pattern_id, new.pattern_id)),
        patterns_kept=_kept(old.pattern_id, new.pattern_id),
        stops_added=_missing(new.stop_id, old.stop_id),
        stops_removed=_missing(old.stop_id, new.stop_id),
        stops_moved=_moved(old, new),
        trips_added=len(_missing(new.trip_id, old.trip_id)),
        trips_removed=len(_missing(old.trip_id, new.trip_id)),
        trips_kept=_kept(old.trip_id, new.trip_id),
    )


def _missing(of: Strings, where: Strings) -> tuple[str, ...]:
    return tuple(sorted(of.rows.keys() - where.rows.keys()))


def _kept(old: Strings, new: Strings) -> int:
    return len(old.rows.keys() & new.rows.keys())


def _moved(old: Timetable, new: Timetable) -> tuple[str, ...]:
    kept = sorted(old.stop_id.rows.keys() & new.stop_id.rows.keys())
    if not kept:
        return ()
    before = np.array([old.stop_id.rows[stop] for stop in kept])
    after = np.array([new.stop_id.rows[stop] for stop in kept])
    plane = plane_about(old.stop_latitude[before], old.stop_longitude[before])
    old_x, old_y = plane.metres(old.stop_latitude[before], old.stop_longitude[before])
    new_x, new_y = plane.metres(new.stop_latitude[after], new.stop_longitude[after])
    moved = np.flatnonzero(np.hypot(new_x - old_x, new_y - old_y) > MOVED_MIN_M)
    return tuple(kept[row] for row in moved)
