"""What a trip update foretells: of which run, of which calls, and how old the word is."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from transit.assignment.service_days import day_of_run, find_trip_day
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import find_day, parse_clock, service_date, service_day_start_s
from transit.tracking.reading import as_text
from transit.tracking.run_finder import SCHEDULED

HEARD_FOR_S: Final = 120
"""What an agency said longer ago is not its prediction any more."""

LATEST: Final = 4_102_444_800
"""2100-01-01 (POSIX s): what lies beyond is no moment of our time."""

_SCHEDULED: Final = 0
"""A call that is neither left out nor without data."""

Calls = tuple[tuple[int, int, int, int], ...]


class Said(msgspec.Struct, array_like=True, frozen=True):
    """What was said of a run: its service date (0: unsaid), when, and (sequence, stop row, arrival, departure).

    ``heard_at`` is the last poll that had it: what is repeated grows old none the less.
    """

    date: int
    at: int
    calls: Calls
    heard_at: int = 0


class _Aimed(NamedTuple):
    """A call as the timetable has it: times in POSIX s."""

    sequence: int
    stop: int
    arrival: int
    departure: int


def name_run(trip_id: str, start_time_s: int | None) -> str:
    """A trip's run on a day: its trip id, and its start (s) behind a unit separator where one trip has several."""
    return trip_id if start_time_s is None else f"{trip_id}\x1f{start_time_s}"


def parse_run_name(name: str) -> tuple[str, int | None]:
    """The trip id and the start (s) that ``name_run`` made a name of."""
    trip_id, _, start = name.partition("\x1f")
    return trip_id, int(start) if start else None


def name_update(trip: Any, timetable: Timetable) -> str:
    """The run that a trip descriptor means (``name_run``); a start counts where one trip has several."""
    trip_id = as_text(trip.trip_id)
    start_s = parse_clock(as_text(trip.start_time)) if trip.start_time else None
    if start_s is not None:
        row = timetable.trip_id.find(trip_id)
        is_doubled = trip.schedule_relationship not in SCHEDULED and start_s != timetable.trip_start_s[row]
        if row < 0 or not (timetable.trip_has_frequency[row] or is_doubled):
            start_s = None
    return name_run(trip_id, start_s)


def read_said(update: Any, known: Said | None, timetable: Timetable, now: int) -> Said | None:
    """What an update says, ``None`` where that is nothing, too old, or older than what is ``known`` of the run."""
    calls = _read_calls(update, timetable, now)
    at = _find_said_at(int(update.timestamp), calls, known, now)
    if not calls or (now - at > HEARD_FOR_S and update.timestamp) or (known is not None and at < known.at):
        return None
    day = _find_date(update.trip, timetable, min(moment for call in calls for moment in call[2:] if moment))
    return Said(0 if day is None else service_date(day), at, calls, now)


def _find_date(trip: Any, timetable: Timetable, at: int) -> int | None:
    """The service day that is named for a run whose first time told is ``at`` (POSIX s), if one is."""
    if not trip.start_date:
        return None
    row, written = timetable.trip_id.find(as_text(trip.trip_id)), as_text(trip.start_date)
    return find_day(written) if row < 0 else day_of_run(timetable, row, written, at)


def _find_said_at(stamp: int, calls: Calls, known: Said | None, now: int) -> int:
    """When an update was made (POSIX s).

    ``stamp`` is its own timestamp, 0 where it has none: then one that is repeated after its first time has passed is no
    newer than when it was first heard, for a feed that stands still, or is told on while its address fails, looks so.
    """
    if stamp:
        return min(stamp, now)
    moments = [moment for call in calls for moment in call[2:] if moment]
    if known is not None and known.calls == calls and moments and min(moments) < now:
        return known.at
    return now


def _read_calls(update: Any, timetable: Timetable, now: int) -> Calls:
    """The calls of which a time is said, or a delay where the timetable has the time that it is added to."""
    calls, aimed, last = [], None, -1
    for told in update.stop_time_update:
        sequence = int(told.stop_sequence) if told.HasField("stop_sequence") else -1
        stop = timetable.stop_id.find(as_text(told.stop_id)) if told.stop_id else -1
        arrival, departure = _moment(told.arrival.time), _moment(told.departure.time)
        if told.schedule_relationship == _SCHEDULED and _tells_delay(told, (arrival, departure)):
            aimed = _list_aimed(update.trip, timetable, now) if aimed is None else aimed
            place = _find_place(aimed, sequence, stop, last + 1)
            if place >= 0:
                last = place
                arrival = arrival or _add_delay(told.arrival, aimed[place].arrival)
                departure = departure or _add_delay(told.departure, aimed[place].departure)
        if arrival or departure:
            calls.append((sequence, stop, arrival, departure))
    return tuple(calls)


def _tells_delay(told: Any, times: tuple[int, int]) -> bool:
    """Whether a delay is said of a call where no time is: the default of an unset one would read as on time."""
    events = (told.arrival, told.departure)
    return any(not at and event.HasField("delay") for event, at in zip(events, times, strict=True))


def _add_delay(event: Any, aimed: int) -> int:
    return _moment(aimed + event.delay) if event.HasField("delay") else 0


def _list_aimed(trip: Any, timetable: Timetable, now: int) -> list[_Aimed]:
    """The calls of the timetable's own trip with their times on its day; empty where a trip has no one time."""
    row = timetable.trip_id.find(as_text(trip.trip_id))
    if row < 0 or timetable.trip_has_frequency[row] or trip.schedule_relationship not in SCHEDULED:
        return []
    day = find_day(as_text(trip.start_date)) if trip.start_date else find_trip_day(timetable, row, now)
    if day is None:
        return []
    start = service_day_start_s(timetable.timezone, day) + int(timetable.trip_start_s[row])
    begin, end = timetable.pattern_call_offset[int(timetable.trip_pattern[row]) :][:2].tolist()
    first = int(timetable.timing_offset[timetable.trip_timing[row]])
    timings = slice(first, first + end - begin)
    columns = (
        timetable.call_sequence[begin:end],
        timetable.call_stop[begin:end],
        timetable.timing_arrival_s[timings].astype(np.int64) + start,
        timetable.timing_departure_s[timings].astype(np.int64) + start,
    )
    return [_Aimed(*call) for call in zip(*(column.tolist() for column in columns), strict=True)]


def _find_place(aimed: Sequence[_Aimed], sequence: int, stop: int, first: int) -> int:
    """Which of the timetable's calls, from ``first`` on, is meant; -1: none."""
    ahead = range(first, len(aimed))
    by_sequence = next((place for place in ahead if aimed[place].sequence == sequence), -1)
    if by_sequence >= 0 and stop in (-1, aimed[by_sequence].stop):
        return by_sequence
    # a sequence that is not the timetable's: the stop decides; another platform of the station has its sequence alone
    return next((place for place in ahead if stop == aimed[place].stop), by_sequence)


def _moment(at: Any) -> int:
    return int(at) if 0 < at <= LATEST else 0
