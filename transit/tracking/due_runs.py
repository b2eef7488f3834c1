"""Runs of this line whose vehicle is still under way on another line: what its block has it do next, and from when."""

from typing import TYPE_CHECKING, Final

import numpy as np

from transit.assignment.service_days import day_of_run, runs_on
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_start_s
from transit.tracking.line_tables import METRES_PER_DEGREE, LineTables
from transit.tracking.run_finder import Run, RunFinder
from transit.tracking.state import NEVER
from transit.tracking.vehicle_text import Descriptor

if TYPE_CHECKING:
    from transit.tracking.pattern_places import Sighting

NEAR_S: Final = 2400
"""A vehicle's nearest stop counts as where it is only if the timetable has it there within this time."""


def find_due_run(
    timetable: Timetable, tables: LineTables, finder: RunFinder, seen: "tuple[Descriptor, Sighting]"
) -> tuple[Run, int] | None:
    """The run of this line that follows a vehicle's present trip, and when the vehicle can be there (0: not known)."""
    named, sighting = seen
    trip = timetable.trip_id.find(named.trip_id)
    if trip < 0 or timetable.trip_block[trip] < 0:
        return None
    day = day_of_run(timetable, trip, named.start_date, sighting.at)
    if day is None:
        return None
    block = int(timetable.trip_block[trip])
    chain = timetable.block_trip[timetable.block_trip_offset[block] : timetable.block_trip_offset[block + 1]]
    for following in chain.tolist():
        if timetable.trip_start_s[following] <= timetable.trip_start_s[trip] or following not in tables.trip_rows:
            continue
        # a block may hold trips of several services: those of another day follow nothing today
        if not runs_on(timetable, int(timetable.trip_service[following]), day):
            continue
        onward = Descriptor(timetable.trip_id[following], named.start_date)
        run = finder.find_run(onward, sighting)
        if run is not None and run.service_day == day:
            return run, _ready_time(timetable, tables, trip, (day, sighting))
    return None


def _ready_time(timetable: Timetable, tables: LineTables, trip: int, seen: "tuple[int, Sighting]") -> int:
    """When the vehicle's present trip ends, if it stays as late as it is at the stop nearest to it."""
    day, sighting = seen
    if not sighting.has_position:
        return NEVER
    pattern = int(timetable.trip_pattern[trip])
    stops = timetable.call_stop[timetable.pattern_call_offset[pattern] : timetable.pattern_call_offset[pattern + 1]]
    x_m = (timetable.stop_longitude[stops] - tables.origin[1]) * tables.metres_per_longitude
    y_m = (timetable.stop_latitude[stops] - tables.origin[0]) * METRES_PER_DEGREE
    first = int(timetable.timing_offset[timetable.trip_timing[trip]])
    planned = timetable.timing_arrival_s[first : first + len(stops)]
    due = service_day_start_s(timetable.timezone, day) + int(timetable.trip_start_s[trip]) + planned.astype(np.int64)
    late = sighting.at - due
    away = np.hypot(x_m - sighting.x_m, y_m - sighting.y_m) + np.where(np.abs(late) > NEAR_S, np.inf, 0.0)
    nearest = int(np.argmin(away))
    if not np.isfinite(away[nearest]):
        return NEVER
    return int(due[-1]) + max(0, int(late[nearest]))
