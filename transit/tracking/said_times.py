"""What a trip update foretells: of which run, of which calls, and how old the word is."""

from typing import Any, Final

import msgspec

from transit.assignment.service_days import find_day
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date
from transit.tracking.reading import as_text
from transit.tracking.run_finder import SCHEDULED, parse_clock

HEARD_FOR_S: Final = 120
"""What an agency said longer ago is not its prediction any more."""

LATEST: Final = 4_102_444_800
"""2100-01-01 (POSIX s): what lies beyond is no moment of our time."""

Calls = tuple[tuple[int, int, int, int], ...]


class Said(msgspec.Struct, array_like=True, frozen=True):
    """What was said of a run: its service date (0: unsaid), when, and (sequence, stop row, arrival, departure).

    ``heard_at`` is the last poll that had it: what is repeated grows old none the less.
    """

    date: int
    at: int
    calls: Calls
    heard_at: int = 0


def name_run(trip_id: str, start_time_s: int | None) -> str:
    """A trip's run on a day: its trip id, and its start (s) behind a unit separator where one trip has several."""
    return trip_id if start_time_s is None else f"{trip_id}\x1f{start_time_s}"


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
    calls = tuple(each for each in (_read_call(told, timetable) for told in update.stop_time_update) if any(each[2:]))
    at = _find_said_at(int(update.timestamp), calls, known, now)
    if not calls or (now - at > HEARD_FOR_S and update.timestamp) or (known is not None and at < known.at):
        return None
    day = find_day(as_text(update.trip.start_date)) if update.trip.start_date else None
    return Said(0 if day is None else service_date(day), at, calls, now)


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


def _read_call(told: Any, timetable: Timetable) -> tuple[int, int, int, int]:
    sequence = int(told.stop_sequence) if told.HasField("stop_sequence") else -1
    stop = timetable.stop_id.find(as_text(told.stop_id)) if told.stop_id else -1
    return sequence, stop, _moment(told.arrival.time), _moment(told.departure.time)


def _moment(at: Any) -> int:
    return int(at) if 0 < at <= LATEST else 0
