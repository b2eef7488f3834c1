"""The ``static`` event: a timetable has another version, and where to ask what that changed."""

from collections.abc import Sequence
from typing import Final

import orjson

from api.reached.view_for import reached
from api.streaming.events import Event
from api.streaming.position import Position
from api.streaming.spoken_timetables import Change
from api.streaming.wanted import Wanted
from api.view.compiled_view import write_date
from api.view.memory import View
from schemas.line_key import split_line_key
from transit.grants.reach import Reach

STATIC: Final = b"static"


def announce(view: View, changes: Sequence[Change], place: Position, wanted: Wanted, reach: Reach) -> list[Event]:
    """The events of those changes that a subscription with a reach is told of.

    ``place`` is where its client stands before what brought them; their ids name that place and what was told there.
    """
    events = []
    for change in changes:
        if not (_is_wanted(change, wanted) and _is_reached(view, change, reach)):
            continue
        place = place.having_heard(change.mark)
        events.append(Event(STATIC, place.write(), _write(view, change), kept=True))
    return events


def _is_wanted(change: Change, wanted: Wanted) -> bool:
    return wanted.groups is None or any(split_line_key(key).timetable == change.timetable for key in wanted.groups)


def _is_reached(view: View, change: Change, reach: Reach) -> bool:
    """Whether any line of either version may be told of; of a version that is not mapped nothing is told."""
    within, shelf = reached(view, reach), view.shelf
    if change.version not in shelf or change.timetable not in within.shelf.names():
        return False
    both = (shelf[each] for each in (change.version, change.previous) if each in shelf)
    return any(lines is None or lines for lines in map(within.lines_within, both))


def _write(view: View, change: Change) -> bytes:
    known = view.shelf.versions_of(change.timetable)
    versions = () if known is None else known.versions
    date = next((each.from_service_date for each in reversed(versions) if each.hash == change.version), None)
    return orjson.dumps(
        {
            "timetable": change.timetable,
            "version": change.version,
            "previous": change.previous,
            "from_service_date": None if date is None else write_date(date),
            "file": f"/v1/static/{change.version}",
            "changes": f"/v1/static/{change.version}/changes?from={change.previous}",
        }
    )
