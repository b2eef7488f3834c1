"""A run's last stop where the vehicle's sign changed before it: passed under the run that was really under way."""

from typing import Final

import numpy as np

from transit.timetable.compiled import Timetable
from transit.tracking.line_state import LineState
from transit.tracking.line_tables import LineTables
from transit.tracking.state import NEVER, PASSED, Rows

NEAR_END_M: Final = 150.0


def close_run(state: LineState, row: int, timetable: Timetable, tables: LineTables) -> Rows:
    """End a vehicle's run; the passage of its last stop, where it must have come between its last two reports.

    The way from the last place on the shape to the stop, and on to the present place, is taken to be driven evenly.
    """
    passed = np.zeros(1, PASSED)
    vehicle = state.vehicles[row]
    pattern = tables.patterns[vehicle["pattern"]]
    last = int(pattern["call_count"]) - 1
    call = tables.calls[int(pattern["call_first"]) + last]
    left_m = float(call["progress_m"]) - float(vehicle["progress_m"])
    since, until = int(vehicle["matched_time"]), int(vehicle["fix_time"])
    if vehicle["finished"] or vehicle["arrived"] < last - 1 or since == NEVER or not vehicle["owner"]:
        return passed[:0]
    if pattern["by_status"]:
        if not is_same_station(timetable, int(vehicle["stop_row"]), int(call["stop"])):
            return passed[:0]
    elif not 0.0 <= left_m <= NEAR_END_M:
        return passed[:0]
    beyond_m = float(np.hypot(vehicle["x_m"] - call["x_m"], vehicle["y_m"] - call["y_m"]))
    share = 1.0 if pattern["by_status"] else left_m / max(left_m + beyond_m, 1.0)
    at = max(round(since + share * (until - since)), int(vehicle["departed_time"]))
    vehicle["arrived"], vehicle["departed"], vehicle["finished"] = last, last - 1, 1
    vehicle["arrived_time"] = at
    passed[0] = (row, last, 0, vehicle["pattern"], at, since, until)
    return passed


def is_same_station(timetable: Timetable, stop: int, other: int) -> bool:
    """Whether two stops (rows, -1: none) are one, or platforms of one station."""
    if stop < 0 or other < 0:
        return False
    station = timetable.stop_parent[stop]
    return stop == other or (station >= 0 and bool(station == timetable.stop_parent[other]))
