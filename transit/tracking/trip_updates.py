"""What a line's trip updates say beside its vehicles: trips cancelled, stops left out, stops still to come."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from transit.assignment.service_days import find_trip_day
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import find_day
from transit.tracking.added_runs import Added, read_added
from transit.tracking.line_tables import LineTables
from transit.tracking.reading import as_text
from transit.tracking.said_times import name_run, name_update

CANCELED: Final = 3
_SKIPPED: Final = 1
_FORGOTTEN_AFTER_S: Final = 3600
WITHDRAWN_AFTER_S: Final = 300
"""So long after a feed's last word of a run it may have been left out by accident."""

NOTICES_MAX: Final = 512


class Notice(msgspec.Struct, array_like=True):
    """What was last said of a run: ``skipped`` are stops that it leaves out, by sequence (-1: unsaid) and row.

    ``day`` is its service day, 0 where none was named. ``added`` is set of a trip that the timetable lacks. ``feed``
    said so.
    """

    day: int
    at: int
    is_cancelled: bool
    skipped: tuple[tuple[int, int], ...]
    added: Added | None = None
    feed: str = ""


Notices = dict[str, Notice]
"""By run (``name_run``); what is said of a frequency's trip without a start is said of all of its runs."""


def list_planned(update: Any, timetable: Timetable) -> tuple[int, ...]:
    """The stops (rows) that a trip update has the trip still call at, in order."""
    stops = timetable.stop_id
    return tuple(stops.find(as_text(told.stop_id)) for told in update.stop_time_update if not _is_skipped(told))


def gather_update(updates: dict[str, Any], others: list[Any], update: Any, timetable: Timetable, now: int) -> None:
    """Put a trip update to its message's ``updates`` by trip id; what it takes the place of there to ``others``.

    Of one trip on several days the one counts whose day is nearest to being under way.
    """
    trip_id = as_text(update.trip.trip_id)
    last = updates.get(trip_id)
    if last is not None:
        if _is_of_another_day(update.trip, timetable, now):
            return
        if not _is_of_another_day(last.trip, timetable, now):
            others.append(last)
    updates[trip_id] = update


def _is_of_another_day(trip: Any, timetable: Timetable, now: int) -> bool:
    day, row = find_day(as_text(trip.start_date)), timetable.trip_id.find(as_text(trip.trip_id))
    near = None if day is None or row < 0 else find_trip_day(timetable, row, now)
    return near is not None and near != day


def note_updates(
    notices: Notices, updates: Iterable[Any], timetable: Timetable, tables: LineTables, poll: tuple[int, str]
) -> list[str]:
    """Keep what a message's trip updates say of their runs; ``poll`` is the line's time and the feed.

    Returns the added trips, not known before, whose stops follow no pattern: they cannot be told.
    """
    now, feed = poll
    strange = []
    for update in updates:
        name = name_update(update.trip, timetable)
        last = notices.get(name)
        added = read_added(update, timetable, tables, now, None if last is None else last.added)
        skipped = () if added else tuple(_read_call(t, timetable) for t in update.stop_time_update if _is_skipped(t))
        is_cancelled = update.trip.schedule_relationship == CANCELED
        if not skipped and not is_cancelled and added is None:
            if notices:
                notices.pop(name, None)
        elif name in notices or len(notices) < NOTICES_MAX:
            if added is not None and added.pattern < 0 and name not in notices:
                # the timetable has no trip of which its start would tell one run from another
                strange.append(name)
            day = find_day(as_text(update.trip.start_date)) or 0
            notices[name] = Notice(day, now, is_cancelled, skipped, added, feed)
    return strange


def find_added(notices: Notices, told: set[str]) -> list[tuple[str, int, Added]]:
    """Added trips, when they were last said, and what was said; ``told`` are trips that a vehicle speaks for."""
    return [
        (trip_id, notice.at, notice.added)
        for trip_id, notice in sorted(notices.items())
        if notice.added is not None and trip_id not in told
    ]


def withdraw_notices(notices: Notices, feed: str, now: int) -> None:
    """Drop what a feed that went on speaking has left out for ``WITHDRAWN_AFTER_S``: the run is as planned again."""
    for name, notice in [*notices.items()]:
        if notice.feed == feed and now - notice.at > WITHDRAWN_AFTER_S:
            del notices[name]


def forget_notices(notices: Notices, now: int) -> None:
    """Drop what was said long ago."""
    for name in [name for name, notice in notices.items() if now - notice.at > _FORGOTTEN_AFTER_S]:
        del notices[name]


def find_notice(notices: Notices, run: tuple[str, int | None], day: int, timetable: Timetable) -> Notice | None:
    """What was said of a run (trip id and start) on a service day, by itself or with all runs of its frequency."""
    trip_id, start_s = run
    notice = notices.get(name_run(trip_id, start_s))
    if notice is None and start_s is not None:
        row = timetable.trip_id.find(trip_id)
        if row >= 0 and timetable.trip_has_frequency[row]:
            notice = notices.get(trip_id)
    return notice if notice is not None and notice.day in (0, day) else None


def list_skipped(notice: Notice, tables: LineTables, pattern: int, first: int) -> tuple[int, ...]:
    """The positions of a pattern, from ``first`` on, that a notice leaves out."""
    row = tables.patterns[pattern]
    span = slice(int(row["call_first"]), int(row["call_first"] + row["call_count"]))
    stops, sequences = tables.calls["stop"][span].tolist(), tables.calls["sequence"][span].tolist()
    left_out = set()
    for sequence, stop in notice.skipped:
        places = [p for p in range(first, len(stops)) if stop in (-1, stops[p]) and sequence in (-1, sequences[p])]
        # where the sequence is not the timetable's, the stop decides
        left_out.update(places or [p for p in range(first, len(stops)) if stop == stops[p]][:1])
    return tuple(sorted(left_out))


def _is_skipped(told: Any) -> bool:
    return bool(told.schedule_relationship == _SKIPPED)


def _read_call(told: Any, timetable: Timetable) -> tuple[int, int]:
    sequence = told.stop_sequence if told.HasField("stop_sequence") else -1
    return sequence, timetable.stop_id.find(as_text(told.stop_id)) if told.stop_id else -1
