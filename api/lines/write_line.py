"""A line's patterns, stops and shapes as JSON."""

from collections.abc import Iterator

import numpy as np

from api.lines.find_line import LineHere
from api.view.compiled_view import CompiledView
from api.view.memory import View

Fields = dict[str, object]

_SHAPE_DIGITS = 6
"""Six decimals of a degree are 0.1 m."""


def line_summary(compiled: CompiledView, row: int) -> Fields:
    """A line among others: names, colours, agency and its directions' destinations."""
    table = compiled.timetable
    agency = int(table.line_agency[row])
    return {
        **compiled.line_fields(row),
        "agency": table.agency_name[agency] if agency >= 0 else None,
        "directions": _directions(compiled, row),
    }


def _directions(compiled: CompiledView, row: int) -> list[Fields]:
    """For each direction the destinations of its patterns, the busiest first."""
    table = compiled.timetable
    trips: dict[int, dict[str, int]] = {}
    for pattern in _patterns(compiled, row):
        count = int(table.pattern_trip_offset[pattern + 1] - table.pattern_trip_offset[pattern])
        direction = trips.setdefault(int(table.pattern_direction[pattern]), {})
        headsign = table.pattern_headsign[pattern]
        direction[headsign] = direction.get(headsign, 0) + count
    return [
        {
            "direction_id": None if direction < 0 else direction,
            "headsigns": sorted(headsigns, key=lambda headsign: (-headsigns[headsign], headsign)),
        }
        for direction, headsigns in sorted(trips.items())
    ]


def _patterns(compiled: CompiledView, row: int) -> range:
    table = compiled.timetable
    return range(int(table.line_pattern_offset[row]), int(table.line_pattern_offset[row + 1]))


def line_detail(view: View, line: LineHere, *, shapes: bool) -> Fields:
    """One line with its patterns and every stop they call at, once; of its group the lines that may be told of."""
    compiled, table = line.compiled, line.compiled.timetable
    patterns = _patterns(compiled, line.row)
    stops = sorted({int(stop) for pattern in patterns for stop in table.call_stop[_calls(compiled, pattern)]})
    members = table.group_line[table.group_line_offset[_group(line)] : table.group_line_offset[_group(line) + 1]]
    return {
        **line_summary(compiled, line.row),
        "line_group": [
            f"{compiled.name}:{table.line_id[row]}" for row in members.tolist() if view.has_line(compiled, row)
        ],
        "patterns": [_pattern_fields(compiled, pattern, shapes=shapes) for pattern in patterns],
        "stops": [compiled.place_json(stop) for stop in stops],
    }


def _group(line: LineHere) -> int:
    return int(line.compiled.timetable.line_group[line.row])


def _calls(compiled: CompiledView, pattern: int) -> slice:
    table = compiled.timetable
    return slice(int(table.pattern_call_offset[pattern]), int(table.pattern_call_offset[pattern + 1]))


def _pattern_fields(compiled: CompiledView, pattern: int, *, shapes: bool) -> Fields:
    table = compiled.timetable
    direction = int(table.pattern_direction[pattern])
    fields: Fields = {
        "id": f"{compiled.name}:{table.pattern_id[pattern]}",
        "direction_id": None if direction < 0 else direction,
        "headsign": table.pattern_headsign[pattern],
        "length_m": round(float(table.pattern_length_m[pattern])),
        "trips": int(table.pattern_trip_offset[pattern + 1] - table.pattern_trip_offset[pattern]),
        "has_shape": bool(table.pattern_has_shape[pattern]),
        "calls": list(_call_fields(compiled, pattern)),
    }
    if shapes:
        points = slice(int(table.pattern_point_offset[pattern]), int(table.pattern_point_offset[pattern + 1]))
        degrees = np.column_stack((table.point_latitude[points], table.point_longitude[points]))
        fields["shape"] = degrees.round(_SHAPE_DIGITS).tolist()
    return fields


def _call_fields(compiled: CompiledView, pattern: int) -> Iterator[Fields]:
    table = compiled.timetable
    for row in range(_calls(compiled, pattern).start, _calls(compiled, pattern).stop):
        yield {
            "stop_id": f"{compiled.name}:{table.stop_id[int(table.call_stop[row])]}",
            "stop_sequence": int(table.call_sequence[row]),
            "progress_m": round(float(table.call_progress_m[row])),
            "boardable": bool(table.call_boardable[row]),
            "alightable": bool(table.call_alightable[row]),
            "timing_point": bool(table.call_timepoint[row]),
        }
