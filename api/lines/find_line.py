"""The line of a public id."""

from typing import NamedTuple

from api.ids import split_id
from api.problems import UNKNOWN_LINE
from api.refusal import Refusal
from api.view.compiled_view import CompiledView
from api.view.memory import View
from transit.answers.line_view import LineView
from transit.crosswalk.own_ids import OWN


class LineHere(NamedTuple):
    """A line that was asked for: its row, and its line group's id and value."""

    compiled: CompiledView
    row: int
    local_id: str
    group: str
    value: LineView | None


def find_line(view: View, line_id: str) -> LineHere:
    """The line of a public id, in today's timetable or in one that vehicles still run by.

    Raises:
        Refusal: no timetable in use knows it.
    """
    owner, local = split_id(line_id)
    for compiled in view.list_in_use(owner):
        row = compiled.timetable.line_id.find(local)
        if row >= 0 and view.has_line(compiled, row):
            group = compiled.timetable.group_id[int(compiled.timetable.line_group[row])]
            return LineHere(compiled, row, local, group, view.find_line(owner, group))
    if line_id.startswith(f"{OWN}:"):
        detail = f"Your crosswalk has no line {line_id!r} that is matched; /v1/me/crosswalks shows what it has."
        raise Refusal(UNKNOWN_LINE, detail)
    raise Refusal(
        UNKNOWN_LINE, f"No line {line_id!r} is known; ids read <timetable>:<route_id>; list them at /v1/lines."
    )
