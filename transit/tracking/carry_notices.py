"""What trip updates said, carried to another timetable: cancelled runs, stops left out, runs that no timetable has."""

from typing import NamedTuple

import msgspec

from transit.timetable.compiled import Timetable
from transit.tracking.added_runs import Added
from transit.tracking.line_tables import LineTables
from transit.tracking.said_times import parse_run_name
from transit.tracking.state import NONE
from transit.tracking.trip_updates import Notice, Notices


class Base(NamedTuple):
    """A timetable and a line group's tables in it."""

    timetable: Timetable
    tables: LineTables

    def pattern_id(self, pattern: int) -> str:
        """The id of a pattern (row) of the line group."""
        return self.timetable.pattern_id[int(self.tables.patterns["row"][pattern])]


def carry_notices(notices: Notices, old: Base, new: Base) -> Notices:
    """Notices as the new timetable would have read them; those that say nothing under it are left out.

    Their runs are named alike. Stops are found by id, one that is gone is left out with what was said of it. An added
    run goes on where its pattern is known there, until its trip is in the timetable.
    """
    found = {name: _carry(name, notice, old, new) for name, notice in notices.items()}
    return {name: notice for name, notice in found.items() if notice is not None}


def _carry(name: str, notice: Notice, old: Base, new: Base) -> Notice | None:
    named = [
        (sequence, -1 if stop < 0 else new.timetable.stop_id.find(old.timetable.stop_id[stop]), stop)
        for sequence, stop in notice.skipped
    ]
    # a stop that was named and is gone is none that could be left out
    skipped = tuple((sequence, there) for sequence, there, stop in named if there >= 0 or stop < 0)
    added = None if notice.added is None else _carry_added(name, notice.added, old, new)
    if not notice.is_cancelled and not skipped and added is None:
        return None
    return msgspec.structs.replace(notice, skipped=skipped, added=added)


def _carry_added(name: str, added: Added, old: Base, new: Base) -> Added | None:
    if new.timetable.trip_id.find(parse_run_name(name)[0]) >= 0:
        return None
    if added.pattern < 0:
        return added
    row = new.timetable.pattern_id.find(old.pattern_id(added.pattern))
    pattern = new.tables.pattern_rows.get(row, NONE)
    return None if pattern == NONE else msgspec.structs.replace(added, pattern=pattern)
