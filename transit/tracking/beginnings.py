"""Vehicles whose feed names each of their runs alike: on to the next when one is over.

A feed may name a frequency's trip without a start, or a trip without its day. Then nothing that a vehicle says changes
when it turns at its last stop: where it is must tell that it begins again. (Where no trip is named at all runs are
shared out: transit.tracking.unnamed_runs.)
"""

import math
from typing import Final

from msgspec.structs import replace

from transit.timetable.compiled import Timetable
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.pattern_places import Sighting, find_along
from transit.tracking.run_finder import Run, RunFinder
from transit.tracking.state import NEVER, Row

LOOK_AGAIN_S: Final = 60
MOVED_M: Final = 25.0
"""A movement of this length has a direction worth believing."""

FIRST_PART: Final = 0.5
"""Who is further along than this share of a run is not at its beginning."""

BACK_AT: Final = 0.25
"""Who has made half of its calls and is within this share of its way again has begun anew."""


class Beginnings:
    """Finds the next run of such vehicles of one line group."""

    def __init__(self, timetable: Timetable, tables: LineTables, finder: RunFinder) -> None:
        self._timetable = timetable
        self._tables = tables
        self._finder = finder
        rows = tables.trips["row"]
        self._frequent = {timetable.trip_id[row] for row in rows[timetable.trip_has_frequency[rows]].tolist()}

    def is_due(self, state: LineState, row: int, now: int) -> bool:
        """Whether a vehicle that says what it said before may be on another run by now."""
        text = state.texts[row]
        named = text.named
        if not named.trip_id:
            return False
        if named.start_date and (named.start_time or named.trip_id not in self._frequent):
            # its words tell its runs apart
            return False
        if text.pending is not None:
            return False
        vehicle = state.vehicles[row]
        if vehicle["pattern"] < 0 or now - vehicle["searched_time"] < LOOK_AGAIN_S:
            return False
        return self._is_over(vehicle)

    def find_next(self, state: LineState, row: int, sighting: Sighting) -> Run | None:
        """The run that a vehicle has begun since; ``None`` while it is on the one it was on, or nowhere."""
        vehicle, text = state.vehicles[row], state.texts[row]
        vehicle["searched_time"] = sighting.at
        seen = replace(sighting, heading=find_heading(vehicle, sighting))
        is_over = self._is_over(vehicle)
        taken = list_taken(state, row)
        if is_over:
            taken.add(int(vehicle["run_key"]))
        run = self._finder.find_run(text.named, seen, taken)
        if run is None or run.key in taken or run.key == vehicle["run_key"]:
            return None
        along_m = find_along(self._timetable, self._tables, run.pattern, seen)
        if along_m is None or (
            is_over and along_m > FIRST_PART * float(self._tables.patterns["length_m"][run.pattern])
        ):
            return None
        # nothing of the old run is carried to another on the same way
        vehicle["finished"] = 1
        return run

    def _is_over(self, vehicle: Row) -> bool:
        return bool(vehicle["finished"]) or has_turned_back(vehicle, self._tables)


def has_turned_back(vehicle: Row, tables: LineTables) -> bool:
    """Whether a vehicle that has made half of its calls is near the beginning of its way again."""
    pattern = tables.patterns[vehicle["pattern"]]
    came_far = 2 * int(vehicle["arrived"]) >= int(pattern["call_count"])
    return bool(came_far and vehicle["progress_m"] < BACK_AT * pattern["length_m"])


def list_taken(state: LineState, row: int) -> set[int]:
    """The keys of runs that other vehicles are on, or were on before."""
    others = state.vehicles["run_key"][: state.count].tolist()
    del others[row]
    return {*others, *state.left_runs["run_key"].tolist()} - {0}


def find_heading(vehicle: Row, seen: Sighting) -> tuple[float, float]:
    """The unit vector (east, north) from where a vehicle was to where it is seen."""
    moved_x, moved_y = seen.x_m - float(vehicle["x_m"]), seen.y_m - float(vehicle["y_m"])
    moved_m = math.hypot(moved_x, moved_y)
    if not seen.has_position or vehicle["fix_time"] == NEVER or moved_m < MOVED_M:
        return 0.0, 0.0
    return moved_x / moved_m, moved_y / moved_m
