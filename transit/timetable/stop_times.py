"""The calls of every trip, in order, as stop_times.txt has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from transit.timetable.compiled import Floats, Ints
from transit.timetable.faults import FaultList
from transit.timetable.offsets import Rows
from transit.timetable.table import Flags, Table, read_required_table
from transit.timetable.trips import Trips

NO_TIME: Final = -1
_MALFORMED: Final = -2
_TIME: Final = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_NOT_AVAILABLE: Final = 1
"""pickup_type and drop_off_type: nobody may board, nobody may alight."""

DAY_S: Final = 86400


@dataclass(frozen=True, slots=True)
class StopTimes:
    """One row per call, sorted by trip and then by stop_sequence; every trip has at least two.

    Times are ``NO_TIME`` where the feed gives none, never at a trip's first or last call; where it gives one of arrival
    and departure, the other equals it. ``headsign`` numbers distinct headsigns, 0 being none beyond the trip's own.
    """

    trip: Ints
    stop: Ints
    sequence: Ints
    arrival_s: Ints
    departure_s: Ints
    boardable: Flags
    alightable: Flags
    timepoint: Flags
    headsign: Ints
    distance: Floats
    headsigns: tuple[str, ...] = ("",)


def parse_time(written: str) -> int:
    """GTFS time of day as seconds since the service day's start, ``NO_TIME`` if empty."""
    if not written:
        return NO_TIME
    found = _TIME.fullmatch(written)
    if found is None:
        return _MALFORMED
    hours, minutes, seconds = (int(part) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def read_stop_times(tables: Mapping[str, bytes], trips: Trips, stop_ids: list[str], faults: FaultList) -> StopTimes:
    """Read stop_times.txt; rows that cannot be used are left out, and so are trips left with less than two calls.

    Raises:
        TimetableError: it is missing or most of its rows cannot be used.
    """
    required = ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")
    table = read_required_table(tables, "stop_times.txt", faults, required)
    table = _usable_rows(table, trips, stop_ids, faults)
    table = _in_order(table, trips, faults)
    calls = _read_calls(table, trips, stop_ids)
    calls = _mended_times(calls, table, faults)
    return _whole_trips(calls, trips, faults)


def select_calls(calls: StopTimes, rows: Flags | Ints) -> StopTimes:
    """The calls at ``rows``."""
    columns = {field.name: getattr(calls, field.name) for field in fields(calls)}
    return StopTimes(**{name: column if name == "headsigns" else column[rows] for name, column in columns.items()})


def _usable_rows(table: Table, trips: Trips, stop_ids: list[str], faults: FaultList) -> Table:
    table = table.rows(np.flatnonzero(~table.text("trip_id").is_in(list(trips.left_out)).to_numpy()))
    known = table.rows_in("trip_id", trips.ids) >= 0
    reason = "trip_id {value} is not in trips.txt; row left out"
    faults.note(table, np.flatnonzero(~known).tolist(), reason, column="trip_id")
    table = table.keep(known, "trip_id is not in trips.txt")
    known = table.rows_in("stop_id", stop_ids) >= 0
    faults.note(
        table, np.flatnonzero(~known).tolist(), "stop_id {value} is not in stops.txt; call left out", column="stop_id"
    )
    table = table.keep(known, "stop_id is not in stops.txt")
    for column in ("arrival_time", "departure_time"):
        malformed = table.parsed(column, parse_time) == _MALFORMED
        reason = f"{column} {{value}} is no time; call left out"
        faults.note(table, np.flatnonzero(malformed).tolist(), reason, column=column)
        table = table.keep(~malformed, f"{column} is no time")
    numbered = table.integers("stop_sequence") >= 0
    faults.note(table, np.flatnonzero(~numbered).tolist(), "stop_sequence is no number; call left out")
    return table.keep(numbered, "stop_sequence is no number")


def _in_order(table: Table, trips: Trips, faults: FaultList) -> Table:
    trip, sequence = table.rows_in("trip_id", trips.ids), table.integers("stop_sequence")
    ties = table.parsed("arrival_time", parse_time), table.text("stop_id").rank("dense").to_numpy()
    order = np.lexsort((ties[1], ties[0], sequence, trip))
    trip, sequence = trip[order], sequence[order]
    repeated = np.zeros(len(trip), np.bool_)
    repeated[1:] = (trip[1:] == trip[:-1]) & (sequence[1:] == sequence[:-1])
    ordered = table.rows(order)
    reason = "stop_sequence {value} was used before in the trip; call left out"
    faults.note(ordered, np.flatnonzero(repeated).tolist(), reason, column="stop_sequence")
    return ordered.keep(~repeated, "stop_sequence was used before in the trip")


def _read_calls(table: Table, trips: Trips, stop_ids: list[str]) -> StopTimes:
    trip = table.rows_in("trip_id", trips.ids)
    arrival_s, departure_s = (table.parsed(column, parse_time) for column in ("arrival_time", "departure_time"))
    headsigns = ("", *sorted(set(table.text("stop_headsign").unique()) - {""}))
    headsign = table.rows_in("stop_headsign", headsigns)
    numbers = {name: number for number, name in enumerate(headsigns)}
    own = np.array([numbers.get(name, 0) for name in trips.headsigns], np.int32)
    return StopTimes(
        trip=trip,
        stop=table.rows_in("stop_id", stop_ids),
        sequence=table.integers("stop_sequence"),
        arrival_s=np.where(arrival_s == NO_TIME, departure_s, arrival_s),
        departure_s=np.where(departure_s == NO_TIME, arrival_s, departure_s),
        boardable=table.integers("pickup_type", absent=0) != _NOT_AVAILABLE,
        alightable=table.integers("drop_off_type", absent=0) != _NOT_AVAILABLE,
        timepoint=_timepoints(table, trip, arrival_s != NO_TIME),
        headsign=np.where(headsign == own[trip], 0, headsign).astype(np.int32),
        distance=table.floats("shape_dist_traveled"),
        headsigns=headsigns,
    )


def _timepoints(table: Table, trip: Ints, timed: Flags) -> Flags:
    """Where times are held to: so marked, or unmarked in a trip that gives times at some of its stops only."""
    marked = table.integers("timepoint")
    untimed = np.bincount(trip, ~timed, minlength=int(trip.max(initial=0)) + 1) > 0
    return np.asarray((marked == 1) | ((marked < 0) & timed & untimed[trip]))


def _mended_times(calls: StopTimes, table: Table, faults: FaultList) -> StopTimes:
    """Times that run back are mended: by a day where midnight was written as 0:00, else to the time before."""
    timed = np.flatnonzero(calls.arrival_s != NO_TIME)
    events = np.stack((calls.arrival_s[timed], calls.departure_s[timed]), axis=1).ravel().astype(np.int64)
    trip = np.repeat(calls.trip[timed], 2)
    step = np.diff(events, prepend=events[:1])
    step[1:][trip[1:] != trip[:-1]] = 0
    wrapped = step < -DAY_S // 2
    days = np.cumsum(wrapped, dtype=np.int64)
    events += DAY_S * (days - _first_of_trip(days, trip))
    beyond_any_trip = np.int64(2) * (events.max(initial=0) + 1)
    level = trip * beyond_any_trip
    mended = np.maximum.accumulate(events + level) - level
    _note_mended(table, timed[np.flatnonzero(wrapped) // 2], timed[np.flatnonzero(mended != events) // 2], faults)
    arrival_s, departure_s = calls.arrival_s.copy(), calls.departure_s.copy()
    arrival_s[timed], departure_s[timed] = mended[0::2], mended[1::2]
    return replace(calls, arrival_s=arrival_s, departure_s=departure_s)


def _first_of_trip(values: Rows, trip: Rows) -> Rows:
    starts = np.flatnonzero(np.diff(trip, prepend=-1))
    return np.repeat(values[starts], np.diff(np.append(starts, len(trip))))


def _note_mended(table: Table, wrapped: Rows, late: Rows, faults: FaultList) -> None:
    reason = "the time falls back by half a day and more; read as the day after"
    faults.note(table, np.unique(wrapped).tolist(), reason)
    faults.note(table, np.unique(late).tolist(), "the time lies before the one before it; read as equal to that")


def _whole_trips(calls: StopTimes, trips: Trips, faults: FaultList) -> StopTimes:
    """Leave out trips that cannot be timed or go nowhere."""
    trip_count = len(trips.ids)
    count = np.bincount(calls.trip, minlength=trip_count)
    starts = np.searchsorted(calls.trip, np.arange(trip_count))
    ends = starts + count - 1
    short = count < 2
    timed = np.append(calls.arrival_s != NO_TIME, False)
    untimed = ~short & ~(timed[starts] & timed[np.maximum(ends, 0)])
    names = np.array(trips.ids, object)
    faults.note_subjects("trips.txt", names[short].tolist(), "trip {value} has less than two calls; left out")
    reason = "trip {value} has no time at its first or last call; left out"
    faults.note_subjects("stop_times.txt", names[untimed].tolist(), reason)
    return _with_ends(select_calls(calls, ~(short | untimed)[calls.trip]))


def _with_ends(calls: StopTimes) -> StopTimes:
    """Nobody alights at a trip's first call or boards at its last, whatever the feed leaves open."""
    first = np.diff(calls.trip, prepend=-1) != 0
    last = np.diff(calls.trip, append=-1) != 0
    return replace(calls, boardable=calls.boardable & ~last, alightable=calls.alightable & ~first)
