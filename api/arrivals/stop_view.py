"""Gathers what is known where a rider waits, from this process's memory."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.ids import split_id
from api.problems import UNKNOWN_STOP
from api.refusal import Refusal
from api.view.compiled_view import CompiledView
from api.view.memory import View
from schemas.line_key import make_line_key
from transit.answers.calls_here import CallHere
from transit.answers.coming import AimedCall
from transit.answers.merge import StopView
from transit.answers.run_ids import RunKey
from transit.crosswalk.own_ids import OWN

if TYPE_CHECKING:
    from transit.answers.line_view import LineView


@dataclass(frozen=True, slots=True)
class StopHere:
    """A stop that was asked for: its row in the timetable in force, and the line groups (ids) that call there."""

    compiled: CompiledView
    row: int
    local_id: str
    groups: frozenset[str]

    @property
    def line_keys(self) -> list[str]:
        """The keys of the line groups whose values an answer about this stop rests on."""
        return [make_line_key(self.compiled.name, group) for group in self.groups]


def find_stop(view: View, stop_id: str) -> StopHere:
    """The stop or station of a public id, in today's timetable or in one that vehicles still run by.

    Raises:
        Refusal: no timetable in use knows it.
    """
    owner, local = split_id(stop_id)
    in_use = view.list_in_use(owner)
    rows = [(compiled, compiled.timetable.stop_id.find(local)) for compiled in in_use]
    known = [(compiled, row) for compiled, row in rows if row >= 0 and view.has_stop(compiled, row)]
    if not known:
        raise Refusal(UNKNOWN_STOP, _advice(view, stop_id, has_timetable=bool(in_use)))
    groups = frozenset().union(*(compiled.groups_at(row) for compiled, row in known))
    compiled, row = known[0]
    return StopHere(compiled, row, local, groups)


def _advice(view: View, stop_id: str, *, has_timetable: bool) -> str:
    if has_timetable:
        return f"No stop {stop_id!r} is known; list stops with /v1/stops?query= or ?near=."
    if stop_id.startswith(f"{OWN}:"):
        return f"Your crosswalk has no stop {stop_id!r} that is matched; /v1/me/crosswalks shows what it has."
    names = ", ".join(view.shelf.names()) or "none yet"
    return f"Stop ids read <timetable>:<GTFS stop_id>; {stop_id!r} names no timetable in use ({names})."


def view_stop(view: View, stop: StopHere, now: float, horizon_s: int) -> StopView:
    """Everything that an answer about the stop is made from."""
    name = stop.compiled.name
    lines: dict[str, LineView] = {}
    for group in stop.groups:
        line = view.find_line(name, group)
        if line is not None:
            lines[group] = line
    hashes = {line.forecasts.timetable for line in lines.values()}
    index = view.said.edits
    silent = () if not index.overrides else (group for group in stop.groups if group not in lines)
    said = ((group, index.aimed(group, stop.compiled.timetable)) for group in silent)
    return StopView(
        calls={named: _calls(view.shelf[named], stop) for named in hashes},
        lines=lines,
        aimed=view.board.aimed(name, stop.local_id, now, now + horizon_s),
        aim=lambda key, here: _aim(view, key, here),
        edits={group: edits for group, edits in said if edits is not None},
    )


def _calls(compiled: CompiledView, stop: StopHere) -> dict[int, tuple[CallHere, ...]]:
    row = stop.row if compiled is stop.compiled else compiled.timetable.stop_id.find(stop.local_id)
    return {} if row < 0 else compiled.calls_at(row)


def _aim(view: View, key: RunKey, here: CallHere) -> AimedCall | None:
    return view.shelf[here.timetable].fixed_call(key, here).aimed
