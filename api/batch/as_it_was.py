"""A batch as of an earlier moment: its items by timetable, and the view of then of each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from fastapi import Request

from api.arrivals.stop_view import find_stop
from api.batch.pages import Asked
from api.ids import split_id
from api.lines.find_line import find_line
from api.past.as_of import OfPast, timetable_of, view_as_of
from api.problems import INVALID_PARAMETER
from api.reached.view_for import view_for
from api.refusal import Refusal
from api.view.memory import View
from schemas.line_key import make_line_key

_DIGEST_BYTES: Final = 16


class BatchThen(NamedTuple):
    """The views of then by timetable (its name), and what they rest on together."""

    views: dict[str, View]
    rests_on: dict[str, Any]


def name_of(view: View, item: Asked) -> str:
    """The name of the timetable that an item is of, in use or not."""
    return timetable_of(view, item.id) if item.kind == "vehicle" else split_id(item.id).owner


async def read_then(request: Request, as_of: datetime, items: Sequence[Asked]) -> BatchThen:
    """What was known of these items; timetables that are not in use have no view, and nothing of theirs is told.

    Raises:
        Refusal: that moment is not kept or not granted, or none of the items is of a timetable in use.
    """
    live: View = request.app.state.view
    of_each: dict[str, list[Asked]] = {}
    for item in items:
        of_each.setdefault(name_of(live, item), []).append(item)
    views: dict[str, View] = {}
    rests_on: dict[str, Any] = {}
    for name, named in of_each.items():
        if view_for(request).shelf.find_newest(name) is None:
            continue
        vehicles = frozenset(item.id for item in named if item.kind == "vehicle")
        digest = blake2b(repr(named).encode(), digest_size=_DIGEST_BYTES).hexdigest()
        was = await view_as_of(request, as_of, OfPast(name, _keys_of(named), vehicles, digest))
        views[name] = was.view
        told = was.rests_on["lines"]
        rests_on = {**was.rests_on, "lines": [*rests_on.get("lines", ()), *(told if isinstance(told, list) else ())]}
    if not views:
        raise Refusal(
            INVALID_PARAMETER, "as_of: none of these is of a timetable in use; /v1/feeds lists those that are."
        )
    return BatchThen(views, rests_on)


def _keys_of(items: Iterable[Asked]) -> Callable[[View], Iterable[str]]:
    """The line groups (keys) that answers about stops and lines rest on; one that is unknown rests on none."""

    def list_keys(view: View) -> Iterable[str]:
        keys: dict[str, None] = {}
        for item in items:
            try:
                if item.kind == "stop":
                    keys |= dict.fromkeys(find_stop(view, item.id).line_keys)
                elif item.kind == "line":
                    line = find_line(view, item.id)
                    keys[make_line_key(line.compiled.name, line.group)] = None
            except Refusal:
                continue  # the item itself is answered with it
        return keys

    return list_keys
