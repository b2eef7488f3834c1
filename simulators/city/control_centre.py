"""What the city's control centre tells: trip updates and alerts, as an operator's dispatch system publishes them.

It knows the plan, what it has cancelled, added or turned short, which streets are closed, and how late each vehicle
was at its last stop; it foresees nothing: the delay is carried on to the stops ahead, as simple systems do.
"""

from datetime import date

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from simulators.city.duties import Runs, day_starts_at, name_trip, write_start_time
from simulators.city.last_rows import last_rows
from simulators.city.movement import DrivenDay
from simulators.city.told_changes import add_closure_alerts, find_added_near, skip_closed, tell_added_calls
from transit.timetable.compiled import Timetable

_Relation = pb.TripDescriptor.ScheduleRelationship
_Call = pb.TripUpdate.StopTimeUpdate.ScheduleRelationship
_AHEAD_S = 3600
"""Cancellations are told an hour ahead, and until the trip would have begun an hour ago."""


def describe_run(trip: pb.TripDescriptor, timetable: Timetable, day: int, runs: Runs, run: int) -> None:
    """Name a run of the service day ``day`` as GTFS-realtime does."""
    number = int(runs.trip[run])
    pattern = int(timetable.trip_pattern[number])
    trip.trip_id = name_trip(timetable, runs, run)
    trip.route_id = timetable.line_id[int(timetable.pattern_line[pattern])]
    trip.direction_id = max(0, int(timetable.pattern_direction[pattern]))
    trip.start_date = date.fromordinal(day).strftime("%Y%m%d")
    trip.schedule_relationship = _Relation.ADDED if runs.is_added[run] else _Relation.SCHEDULED
    start_time = write_start_time(int(runs.frequency_start_s[run]))
    if start_time is not None:
        trip.start_time = start_time


def add_trip_updates(message: pb.FeedMessage, timetable: Timetable, day: DrivenDay, at: int) -> None:
    """Add a delay for every run under way at ``at``, its stops left out, cancelled runs and added ones."""
    duties, fleet = day.duties, day.fleet
    vehicles = np.arange(len(fleet.row))
    reached = last_rows(fleet.first_row, fleet.row, day.made.arrival, vehicles, np.full(len(vehicles), at - day.origin))
    reached = reached[reached >= fleet.first_row]
    runs = duties.run_of(reached)
    begins, ends = duties.row_offset[runs], duties.row_offset[runs + 1] - 1
    under_way = (day.departure_of(begins) <= at) & ((reached < ends) | (at <= day.departure_of(reached)))
    calls, delays = duties.call_of(reached), day.arrival_of(reached) - duties.aimed_arrival_of(reached)
    for at_row in np.flatnonzero(under_way).tolist():
        run, call = int(runs[at_row]), int(calls[at_row])
        if duties.runs.is_added[run]:
            continue
        update = message.entity.add(id=f"u{duties.day}-{run}").trip_update
        describe_run(update.trip, timetable, duties.day, duties.runs, run)
        update.timestamp = at
        told = update.stop_time_update.add(
            stop_sequence=int(timetable.call_sequence[call]),
            stop_id=timetable.stop_id[int(timetable.call_stop[call])],
        )
        told.arrival.delay = told.departure.delay = round(float(delays[at_row]))
        skip_closed(update, timetable, day, run, int(reached[at_row]))
        _skip_rest(update, timetable, day, run)
    _add_cancelled(message, timetable, day, at)
    for run in find_added_near(day, at):
        update = message.entity.add(id=f"x{duties.day}-{run}").trip_update
        describe_run(update.trip, timetable, duties.day, duties.runs, run)
        update.timestamp = at
        tell_added_calls(update, timetable, day, run, at)


def _skip_rest(update: pb.TripUpdate, timetable: Timetable, day: DrivenDay, run: int) -> None:
    """The calls that a run which turns short does not make."""
    pattern = int(timetable.trip_pattern[day.duties.runs.trip[run]])
    first, last = (int(row) for row in timetable.pattern_call_offset[pattern : pattern + 2])
    for call in range(first + int(day.duties.last_served[run]) + 1, last):
        update.stop_time_update.add(
            stop_sequence=int(timetable.call_sequence[call]),
            stop_id=timetable.stop_id[int(timetable.call_stop[call])],
            schedule_relationship=_Call.SKIPPED,
        )


def find_cancelled_near(timetable: Timetable, day: DrivenDay, at: int) -> list[int]:
    """The cancelled runs that begin within the hour, or began within the last one."""
    starts = day_starts_at(day.duties.day, timetable.timezone) + day.duties.cancelled.start_s
    return np.flatnonzero(np.abs(starts - at) <= _AHEAD_S).tolist()


def _add_cancelled(message: pb.FeedMessage, timetable: Timetable, day: DrivenDay, at: int) -> None:
    for run in find_cancelled_near(timetable, day, at):
        update = message.entity.add(id=f"c{day.duties.day}-{run}").trip_update
        describe_run(update.trip, timetable, day.duties.day, day.duties.cancelled, run)
        update.trip.schedule_relationship = _Relation.CANCELED
        update.timestamp = at


def add_alerts(message: pb.FeedMessage, timetable: Timetable, day: DrivenDay, at: int) -> None:
    """Add an alert for each line with cancelled trips near ``at`` and each closed street, in both languages."""
    add_closure_alerts(message, timetable, day, at)
    cancelled = day.duties.cancelled
    by_line: dict[int, list[int]] = {}
    for run in find_cancelled_near(timetable, day, at):
        by_line.setdefault(int(timetable.pattern_line[timetable.trip_pattern[cancelled.trip[run]]]), []).append(run)
    for line, runs in sorted(by_line.items()):
        alert = message.entity.add(id=f"a{day.duties.day}-{line}").alert
        alert.cause, alert.effect = pb.Alert.TECHNICAL_PROBLEM, pb.Alert.REDUCED_SERVICE
        alert.informed_entity.add(route_id=timetable.line_id[line])
        name = timetable.line_short_name[line]
        for language, text in (
            ("en", f"Line {name}: {len(runs)} trips do not run"),
            ("zh", f"{name}路有{len(runs)}个班次停运"),
        ):
            alert.header_text.translation.add(text=text, language=language)
