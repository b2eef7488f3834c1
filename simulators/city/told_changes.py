"""What the control centre tells of trips that it adds and of streets that are closed."""

from typing import Final

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from simulators.city.closed_streets import NOWHERE, Rows, is_closed
from simulators.city.duties import day_starts_at
from simulators.city.movement import DrivenDay
from transit.timetable.compiled import Flags, Timetable

_Call = pb.TripUpdate.StopTimeUpdate.ScheduleRelationship
_AHEAD_S: Final = 3600
"""A closure is told so long before it begins."""
_ADDED_AHEAD_S: Final = 1800


def find_left_out(timetable: Timetable, day: DrivenDay, run: int, *, delay_s: float) -> Flags:
    """Of each call of a run whether it is left out for a closed street, if the run goes on as late as it is now."""
    rows = np.arange(day.duties.row_offset[run], day.duties.row_offset[run + 1])
    stop = timetable.call_stop[day.duties.call_of(rows)].astype(np.int64)
    comes = day.duties.aimed_arrival_of(rows) + delay_s - day.duties.starts_at
    found = is_closed(day.closed, stop, comes)
    found[[0, -1]] = False
    return found & (not day.is_train[run])


def skip_closed(update: pb.TripUpdate, timetable: Timetable, day: DrivenDay, run: int, after: int) -> None:
    """Say of a run under way, at its row ``after``, which of its calls ahead are left out for a closed street."""
    if not (day.closed.around != NOWHERE).any():
        return
    duties = day.duties
    delay_s = float(day.arrival_of(np.array([after]))[0] - duties.aimed_arrival_of(np.array([after]))[0])
    begins = int(duties.row_offset[run])
    for position in np.flatnonzero(find_left_out(timetable, day, run, delay_s=delay_s)).tolist():
        if begins + position > after:
            call = int(duties.first_call[run]) + position
            update.stop_time_update.add(
                stop_sequence=int(timetable.call_sequence[call]),
                stop_id=timetable.stop_id[int(timetable.call_stop[call])],
                schedule_relationship=_Call.SKIPPED,
            )


def find_added_near(day: DrivenDay, at: int) -> list[int]:
    """The added runs (rows) that are told at ``at``: those that begin within half an hour, and those under way."""
    duties = day.duties
    added = np.flatnonzero(duties.runs.is_added)
    first, last = duties.row_offset[added], duties.row_offset[added + 1] - 1
    starts, ends = duties.aimed_arrival_of(first), duties.aimed_arrival_of(last)
    is_home = (day.made.arrival[last] > 0) & (day.departure_of(last) <= at)
    near = (starts - at <= _ADDED_AHEAD_S) & (ends >= at - _AHEAD_S) & ~is_home
    return [int(run) for run in added[near]]


def tell_added_calls(update: pb.TripUpdate, timetable: Timetable, day: DrivenDay, run: int, at: int) -> None:
    """Tell when an added run comes to each stop ahead of it: no timetable says so."""
    duties = day.duties
    rows = np.arange(duties.row_offset[run], duties.row_offset[run + 1])
    aimed = duties.aimed_arrival_of(rows)
    reached = (day.made.arrival[rows] > 0) & (day.arrival_of(rows) <= at)
    gone = int(reached.sum())
    delay_s = float(day.arrival_of(rows[gone - 1 : gone])[0] - aimed[gone - 1]) if gone else 0.0
    left_out = find_left_out(timetable, day, run, delay_s=delay_s)
    for position in range(gone, len(rows)):
        call = int(duties.first_call[run]) + position
        told = update.stop_time_update.add(
            stop_sequence=int(timetable.call_sequence[call]),
            stop_id=timetable.stop_id[int(timetable.call_stop[call])],
        )
        if left_out[position]:
            told.schedule_relationship = _Call.SKIPPED
        else:
            told.arrival.time = told.departure.time = round(float(aimed[position] + delay_s))


def add_closure_alerts(message: pb.FeedMessage, timetable: Timetable, day: DrivenDay, at: int) -> None:
    """Add an alert for each closed street near ``at``, which names lines and stops, in both languages."""
    closed = day.closed
    since = at - day_starts_at(day.duties.day, timetable.timezone)
    told = (closed.around != NOWHERE) & (closed.from_s - _AHEAD_S <= since) & (since < closed.until_s)
    for middle in np.unique(closed.around[told]).tolist():
        stops = np.flatnonzero(told & (closed.around == middle))
        pairs = _who_calls(timetable, day, stops)
        if not pairs:
            continue
        alert = message.entity.add(id=f"d{day.duties.day}-{middle}").alert
        alert.cause, alert.effect = pb.Alert.CONSTRUCTION, pb.Alert.DETOUR
        starts_at = day.duties.starts_at
        alert.active_period.add(
            start=round(starts_at + float(closed.from_s[middle])), end=round(starts_at + float(closed.until_s[middle]))
        )
        for line, stop in pairs:
            alert.informed_entity.add(route_id=timetable.line_id[line], stop_id=timetable.stop_id[stop])
        lines = "/".join(sorted({timetable.line_short_name[line] for line, _ in pairs}))
        place = timetable.stop_name[middle]
        for language, text in (
            ("en", f"Street closed at {place}: buses of line {lines} go around it"),
            ("zh", f"{place}道路封闭，{lines}路公交车绕行"),
        ):
            alert.header_text.translation.add(text=text, language=language)


def _who_calls(timetable: Timetable, day: DrivenDay, stops: Rows) -> list[tuple[int, int]]:
    """The bus lines that call at each of ``stops`` on their way, with the stop."""
    runs = day.duties.runs
    driven = np.unique(timetable.trip_pattern[runs.trip[~day.is_train]])
    calls = np.flatnonzero(np.isin(timetable.call_stop, stops) & np.isin(timetable.call_pattern, driven))
    pattern = timetable.call_pattern[calls].astype(np.int64)
    ends = np.stack((timetable.pattern_call_offset[pattern], timetable.pattern_call_offset[pattern + 1] - 1))
    on_way = (calls != ends).all(axis=0)
    lines, called = timetable.pattern_line[pattern[on_way]], timetable.call_stop[calls[on_way]]
    return sorted({(int(line), int(stop)) for line, stop in zip(lines, called, strict=True)})
