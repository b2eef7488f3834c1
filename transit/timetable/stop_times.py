"""The calls of every trip, in order, as stop_times.txt has them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from transit.timetable.compiled import Flags, Floats, Ints
from transit.timetable.faults import FaultList
from transit.timetable.offsets import Rows
from transit.timetable.pieces import Pieces, can_be_cut, is_in_order
from transit.timetable.reading import read_required_table
from transit.timetable.service_day import DAY_S, LAST_S, parse_clock
from transit.timetable.table import ROWS_LOST_MAX_RATIO, Table
from transit.timetable.trips import Trips

NO_TIME: Final = -1
_MALFORMED: Final = -2
_NOT_AVAILABLE: Final = 1
"""pickup_type and drop_off_type: nobody may board, nobody may alight."""

BEYOND: Final = f"lies more than {LAST_S // 3600} hours after its service day began"
_REQUIRED: Final = ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")


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
    time_s = parse_clock(written)
    return _MALFORMED if time_s is None else time_s


def read_stop_times(tables: Mapping[str, bytes], trips: Trips, stop_ids: list[str], faults: FaultList) -> StopTimes:
    """Read stop_times.txt; rows that cannot be used are left out, and so are trips left with less than two calls.

    Raises:
        TimetableError: it is missing or most of its rows cannot be used.
    """
    table = _read(tables, faults)
    written, is_marked, is_asked = _read_all(table, trips, stop_ids)
    rows = _in_order(written, _usable_rows(written, table, is_asked, faults), table, faults)
    calls = _with_times_filled(select_calls(written, rows), marked=is_marked[rows])
    calls = _mended_times(calls, rows, table, faults)
    return _whole_trips(calls, trips, faults)


def _read(tables: Mapping[str, bytes], faults: FaultList) -> Table | Pieces:
    content = tables.get("stop_times.txt", b"")
    if can_be_cut(content):
        return Pieces("stop_times.txt", content, _REQUIRED, faults)
    return read_required_table(tables, "stop_times.txt", faults, _REQUIRED)


def _read_all(table: Table | Pieces, trips: Trips, stop_ids: list[str]) -> tuple[StopTimes, Ints, Flags]:
    """Every row as written, what its timepoint says, and whether its trip is asked for at all."""
    parts = [table] if isinstance(table, Table) else table
    headsigns = {""}
    if isinstance(table, Table) or next(iter(table)).has("stop_headsign"):
        for part in parts:
            headsigns |= set(part.text("stop_headsign").unique())
    named = ("", *sorted(headsigns - {""}))
    left_out = list(trips.left_out)
    read, marked, asked = [], [], []
    for part in parts:
        read.append(_read_columns(part, trips, stop_ids, named))
        marked.append(part.integers("timepoint"))
        asked.append(~part.text("trip_id").is_in(left_out).to_numpy() if left_out else np.ones(len(part), np.bool_))
    if len(read) == 1:
        return read[0], marked[0], asked[0]
    columns = {field.name: [getattr(each, field.name) for each in read] for field in fields(StopTimes)}
    whole: dict[str, Any] = {
        name: named if name == "headsigns" else np.concatenate(each) for name, each in columns.items()
    }
    return StopTimes(**whole), np.concatenate(marked), np.concatenate(asked)


def select_calls(calls: StopTimes, rows: Flags | Rows) -> StopTimes:
    """The calls at ``rows``."""
    columns = {field.name: getattr(calls, field.name) for field in fields(calls)}
    return StopTimes(**{name: column if name == "headsigns" else column[rows] for name, column in columns.items()})


def _read_columns(table: Table, trips: Trips, stop_ids: list[str], headsigns: tuple[str, ...]) -> StopTimes:
    """Every row as written: -1 for what is unknown, times perhaps ``NO_TIME`` or ``_MALFORMED``."""
    trip = table.rows_in("trip_id", trips.ids)
    headsign = table.rows_in("stop_headsign", headsigns)
    numbers = {name: number for number, name in enumerate(headsigns)}
    own = np.array([numbers.get(name, 0) for name in trips.headsigns], np.int32)
    return StopTimes(
        trip=trip,
        stop=table.rows_in("stop_id", stop_ids),
        sequence=table.integers("stop_sequence"),
        arrival_s=table.parsed("arrival_time", parse_time),
        departure_s=table.parsed("departure_time", parse_time),
        boardable=table.integers("pickup_type", absent=0) != _NOT_AVAILABLE,
        alightable=table.integers("drop_off_type", absent=0) != _NOT_AVAILABLE,
        timepoint=np.zeros(len(table), np.bool_),
        headsign=np.where(headsign == own[trip], 0, headsign).astype(np.int32),
        distance=table.floats("shape_dist_traveled"),
        headsigns=headsigns,
    )


def _usable_rows(written: StopTimes, table: Table | Pieces, asked: Flags, faults: FaultList) -> Rows:
    usable = asked
    asked_count = np.count_nonzero(usable)
    wrongs = (
        ("trip_id", written.trip < 0, "trip_id {value} is not in trips.txt; row left out"),
        ("stop_id", written.stop < 0, "stop_id {value} is not in stops.txt; call left out"),
        ("arrival_time", written.arrival_s == _MALFORMED, "arrival_time {value} is no time; call left out"),
        ("departure_time", written.departure_s == _MALFORMED, "departure_time {value} is no time; call left out"),
        ("arrival_time", written.arrival_s > LAST_S, f"arrival_time {{value}} {BEYOND}; call left out"),
        ("departure_time", written.departure_s > LAST_S, f"departure_time {{value}} {BEYOND}; call left out"),
        ("stop_sequence", written.sequence < 0, "stop_sequence {value} is no number; call left out"),
    )
    for column, wrong, reason in wrongs:
        found = np.flatnonzero(usable & wrong)
        faults.note(table, found.tolist(), reason, column=column)
        usable[found] = False
        if np.count_nonzero(usable) < (1 - ROWS_LOST_MAX_RATIO) * asked_count:
            table.refuse(int(found[0]), reason.partition(" {")[0] + " is of no use in most rows")
    return np.flatnonzero(usable)


def _in_order(written: StopTimes, rows: Rows, table: Table | Pieces, faults: FaultList) -> Rows:
    """``rows`` by trip and stop_sequence, each stop_sequence once."""
    if is_in_order(written.trip[rows], written.sequence[rows]):
        return rows
    keys = (written.stop, written.arrival_s, written.sequence, written.trip)
    rows = rows[np.lexsort([key[rows] for key in keys])]
    repeated = np.zeros(len(rows), np.bool_)
    repeated[1:] = (np.diff(written.trip[rows]) == 0) & (np.diff(written.sequence[rows]) == 0)
    reason = "stop_sequence {value} was used before in the trip; call left out"
    faults.note(table, rows[repeated].tolist(), reason, column="stop_sequence")
    return rows[~repeated]


def _with_times_filled(calls: StopTimes, *, marked: Ints) -> StopTimes:
    """Arrival or departure for the other where only one is given, and the timepoints that ``marked`` leaves open."""
    arrival_s = np.where(calls.arrival_s == NO_TIME, calls.departure_s, calls.arrival_s)
    departure_s = np.where(calls.departure_s == NO_TIME, calls.arrival_s, calls.departure_s)
    timepoint = _timepoints(marked, calls.trip, arrival_s != NO_TIME)
    return replace(calls, arrival_s=arrival_s, departure_s=departure_s, timepoint=timepoint)


def _timepoints(marked: Ints, trip: Ints, timed: Flags) -> Flags:
    """Where times are held to: so marked, or unmarked in a trip that gives times at some of its stops only."""
    untimed = np.bincount(trip, ~timed, minlength=int(trip.max(initial=0)) + 1) > 0
    return np.asarray((marked == 1) | ((marked < 0) & timed & untimed[trip]))


def _mended_times(calls: StopTimes, rows: Rows, table: Table | Pieces, faults: FaultList) -> StopTimes:
    """Times that run back are mended: by a day where midnight was written as 0:00, else to the time before."""
    if _run_on(calls):
        return calls
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
    wrapped_at, late_at = (timed[np.flatnonzero(found) // 2] for found in (wrapped, mended != events))
    _note_mended(table, rows[wrapped_at], rows[late_at], faults)
    arrival_s, departure_s = calls.arrival_s.copy(), calls.departure_s.copy()
    arrival_s[timed], departure_s[timed] = mended[0::2], mended[1::2]
    return replace(calls, arrival_s=arrival_s, departure_s=departure_s)


def _run_on(calls: StopTimes) -> bool:
    """Whether all times are given and none runs back within its trip."""
    given = bool((calls.arrival_s != NO_TIME).all() and (calls.departure_s >= calls.arrival_s).all())
    follows = (calls.arrival_s[1:] >= calls.departure_s[:-1]) | (calls.trip[1:] != calls.trip[:-1])
    return given and bool(follows.all())


def _first_of_trip(values: Rows, trip: Rows) -> Rows:
    starts = np.flatnonzero(np.diff(trip, prepend=-1))
    return np.repeat(values[starts], np.diff(np.append(starts, len(trip))))


def _note_mended(table: Table | Pieces, wrapped: Rows, late: Rows, faults: FaultList) -> None:
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
    long = ~(short | untimed) & (np.append(calls.departure_s, NO_TIME)[np.maximum(ends, 0)] > LAST_S)
    names = np.array(trips.ids, object)
    faults.note_subjects("trips.txt", names[short].tolist(), "trip {value} has less than two calls; left out")
    reason = "trip {value} has no time at its first or last call; left out"
    faults.note_subjects("stop_times.txt", names[untimed].tolist(), reason)
    faults.note_subjects("stop_times.txt", names[long].tolist(), f"the end of trip {{value}} {BEYOND}; left out")
    return _with_ends(select_calls(calls, ~(short | untimed | long)[calls.trip]))


def _with_ends(calls: StopTimes) -> StopTimes:
    """Nobody alights at a trip's first call or boards at its last, whatever the feed leaves open."""
    first = np.diff(calls.trip, prepend=-1) != 0
    last = np.diff(calls.trip, append=-1) != 0
    return replace(calls, boardable=calls.boardable & ~last, alightable=calls.alightable & ~first)
