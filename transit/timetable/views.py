"""Parts of a timetable by what they belong to: a pattern's calls and trips, a line group's lines and patterns."""

from typing import NamedTuple

from transit.timetable.compiled import Floats, Ints, Timetable


class PatternView(NamedTuple):
    """A pattern's stops (rows) with their stop_sequences and metres along it, and its trips as a range of rows."""

    stops: Ints
    sequences: Ints
    progress_m: Floats
    trips: range


def view_pattern(timetable: Timetable, pattern: int) -> PatternView:
    """Look at the pattern in row ``pattern``; nothing is copied."""
    calls = slice(timetable.pattern_call_offset[pattern], timetable.pattern_call_offset[pattern + 1])
    first, end = timetable.pattern_trip_offset[pattern], timetable.pattern_trip_offset[pattern + 1]
    return PatternView(
        timetable.call_stop[calls],
        timetable.call_sequence[calls],
        timetable.call_progress_m[calls],
        range(int(first), int(end)),
    )


def list_group_lines(timetable: Timetable, group: int) -> list[int]:
    """The lines (rows) of a line group."""
    first, end = timetable.group_line_offset[group], timetable.group_line_offset[group + 1]
    lines: list[int] = timetable.group_line[first:end].tolist()
    return lines


def list_group_patterns(timetable: Timetable, group: int) -> list[int]:
    """The patterns (rows) of all lines of a line group."""
    offset = timetable.line_pattern_offset
    return [row for line in list_group_lines(timetable, group) for row in range(offset[line], offset[line + 1])]
