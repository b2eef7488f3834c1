"""Where patterns call at a stop: each visit of a loop that comes by twice is a call of its own."""

from collections.abc import Iterable
from typing import NamedTuple

from transit.timetable.compiled import Timetable


class CallHere(NamedTuple):
    """A pattern's call at the stop asked about.

    Rows are of the timetable with the hash ``timetable``; ``position`` is zero-based along the pattern. ``boardable``:
    somebody can board, which nobody can at a pattern's last call; ``progress_m`` is metres along the pattern.
    """

    timetable: str
    row: int
    pattern: int
    position: int
    line: int
    line_id: str
    group_id: str
    direction_id: int
    stop: int
    stop_sequence: int
    progress_m: float
    headsign: str
    boardable: bool
    alightable: bool
    is_first: bool
    is_last: bool


def list_calls_here(timetable: Timetable, stops: Iterable[int]) -> dict[int, tuple[CallHere, ...]]:
    """The calls at any of ``stops`` (rows; a station's platforms together), by pattern, in the order of the pattern."""
    found: dict[int, list[CallHere]] = {}
    for stop in stops:
        first, end = timetable.stop_call_offset[stop], timetable.stop_call_offset[stop + 1]
        for row in timetable.stop_call[first:end].tolist():
            here = call_here(timetable, row)
            found.setdefault(here.pattern, []).append(here)
    return {pattern: tuple(sorted(calls, key=lambda here: here.position)) for pattern, calls in found.items()}


def call_here(timetable: Timetable, row: int) -> CallHere:
    """The call at ``row`` of the timetable's calls."""
    pattern = int(timetable.call_pattern[row])
    line = int(timetable.pattern_line[pattern])
    first, end = int(timetable.pattern_call_offset[pattern]), int(timetable.pattern_call_offset[pattern + 1])
    return CallHere(
        timetable=timetable.hash,
        row=row,
        pattern=pattern,
        position=row - first,
        line=line,
        line_id=timetable.line_id[line],
        group_id=timetable.group_id[int(timetable.line_group[line])],
        direction_id=int(timetable.pattern_direction[pattern]),
        stop=int(timetable.call_stop[row]),
        stop_sequence=int(timetable.call_sequence[row]),
        progress_m=float(timetable.call_progress_m[row]),
        headsign=timetable.call_headsign[row] or timetable.pattern_headsign[pattern],
        boardable=bool(timetable.call_boardable[row]) and row != end - 1,
        alightable=bool(timetable.call_alightable[row]) and row != first,
        is_first=row == first,
        is_last=row == end - 1,
    )


def platforms_of(timetable: Timetable, stop: int) -> tuple[int, ...]:
    """The stops that answer for ``stop``: itself, and all stops beneath it where it is a station."""
    found: list[int] = []
    waiting = [stop]
    while waiting:
        row = waiting.pop()
        found.append(row)
        first, end = timetable.stop_child_offset[row], timetable.stop_child_offset[row + 1]
        waiting.extend(timetable.stop_child[first:end].tolist())
    return tuple(found)
