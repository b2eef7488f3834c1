"""The exact truth of a driven day: when every call was made, with how many aboard. For scoring alone."""

from datetime import date

import numpy as np
import polars as pl

from simulators.city.demand import is_train
from simulators.city.duties import name_trip, write_start_time
from simulators.city.movement import DrivenDay
from transit.timetable.compiled import Timetable


def tabulate_truth(timetable: Timetable, day: DrivenDay) -> pl.DataFrame:
    """One row a call: the run's ids as GTFS-realtime names them, exact times (POSIX s), load and room."""
    duties = day.duties
    made = day.is_made
    trip = duties.runs.trip[duties.run]
    start = duties.runs.frequency_start_s[duties.run]
    clock = [write_start_time(each) for each in start.tolist()]
    trip_ids = np.array([name_trip(timetable, duties.runs, run) for run in range(len(duties.runs.trip))], object)
    return pl.DataFrame(
        {
            "trip_id": trip_ids[duties.run].tolist(),
            "start_date": [date.fromordinal(duties.day).strftime("%Y%m%d")] * len(trip),
            "start_time": pl.Series(clock, dtype=pl.String),
            "stop_sequence": timetable.call_sequence[duties.call].astype(np.int64),
            "pattern": timetable.call_pattern[duties.call].astype(np.int64),
            "is_rail": is_train(timetable, duties.call),
            "is_first": duties.is_first,
            "aimed_departure": duties.aimed_departure,
            "arrival": day.arrival,
            "departure": day.departure,
            "load": day.load,
            "room": day.room,
            "left_behind": day.left_behind,
        }
    ).filter(made)
