"""A timetable as partners keep it: lines, directions, stops, patterns, shapes, first and last times, in plain values.

Ids are public. What one version changed against another is told by id.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import numpy as np

from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date

_PLACE_DECIMALS: Final = 6
_KINDS: Final = ("lines", "stops", "patterns")

Fields = dict[str, Any]


def describe_static(timetable: Timetable, lines: Collection[int], stops: Collection[int]) -> Fields:
    """The part of a timetable that lines and stops (rows) make up; services are the days on which trips run."""
    name = timetable.name
    patterns = [row for line in lines for row in _patterns_of(timetable, line)]
    services = sorted({int(timetable.trip_service[trip]) for row in patterns for trip in _trips_of(timetable, row)})
    kept = frozenset(stops)
    return {
        "timetable": name,
        "version": timetable.hash,
        "datum": "wgs84",
        "timezone": timetable.timezone,
        "first_service_date": _date(timetable.first_service_day),
        "last_service_date": _date(timetable.last_service_day),
        "lines": [_line(timetable, line) for line in lines],
        "stops": [_stop(timetable, stop, kept) for stop in stops],
        "patterns": [_pattern(timetable, row, kept) for row in patterns],
        "first_last": [each for line in lines for each in _first_last(timetable, line)],
        "services": [
            {"id": f"{name}:{timetable.service_id[service]}", "dates": _dates(timetable, service)}
            for service in services
        ],
    }


def compare_static(before: Mapping[str, Any], after: Mapping[str, Any]) -> Fields:
    """What ``after`` changed: ids of lines, stops and patterns that were added, removed or are described otherwise."""
    told: Fields = {"from": before["version"], "to": after["version"]}
    for kind in _KINDS:
        old, new = ({each["id"]: each for each in side[kind]} for side in (before, after))
        told[kind] = {
            "added": sorted(new.keys() - old.keys()),
            "removed": sorted(old.keys() - new.keys()),
            "changed": sorted(key for key in old.keys() & new.keys() if old[key] != new[key]),
        }
    old_times, new_times = (_by_direction(side["first_last"]) for side in (before, after))
    told["first_last_changed"] = sorted(
        {line for line, _ in old_times.keys() | new_times.keys() if _differs(line, old_times, new_times)}
    )
    return told


def _by_direction(entries: Collection[Fields]) -> dict[tuple[str, int | None], list[Fields]]:
    found: dict[tuple[str, int | None], list[Fields]] = {}
    for entry in entries:
        found.setdefault((entry["line_id"], entry["direction_id"]), []).append(entry)
    return found


def _differs(line: str, old: Mapping[tuple[str, int | None], Any], new: Mapping[tuple[str, int | None], Any]) -> bool:
    return any(old.get(key) != new.get(key) for key in old.keys() | new.keys() if key[0] == line)


def _patterns_of(table: Timetable, line: int) -> range:
    return range(int(table.line_pattern_offset[line]), int(table.line_pattern_offset[line + 1]))


def _trips_of(table: Timetable, pattern: int) -> range:
    return range(int(table.pattern_trip_offset[pattern]), int(table.pattern_trip_offset[pattern + 1]))


def _line(table: Timetable, line: int) -> Fields:
    agency = int(table.line_agency[line])
    signs: dict[int, list[str]] = {}
    for pattern in _patterns_of(table, line):
        signs.setdefault(int(table.pattern_direction[pattern]), []).append(table.pattern_headsign[pattern])
    return {
        "id": f"{table.name}:{table.line_id[line]}",
        "short_name": table.line_short_name[line] or None,
        "long_name": table.line_long_name[line] or None,
        "route_type": int(table.line_route_type[line]),
        "color": table.line_color[line] or None,
        "text_color": table.line_text_color[line] or None,
        "agency": table.agency_name[agency] if agency >= 0 else None,
        "directions": [
            {"direction_id": None if direction < 0 else direction, "headsigns": sorted(set(headsigns))}
            for direction, headsigns in sorted(signs.items())
        ],
    }


def _stop(table: Timetable, stop: int, stops: Collection[int]) -> Fields:
    parent = int(table.stop_parent[stop])
    return {
        "id": f"{table.name}:{table.stop_id[stop]}",
        "code": table.stop_code[stop] or None,
        "name": table.stop_name[stop],
        "platform_code": table.stop_platform_code[stop] or None,
        "location_type": int(table.stop_location_type[stop]),
        "latitude": round(float(table.stop_latitude[stop]), _PLACE_DECIMALS),
        "longitude": round(float(table.stop_longitude[stop]), _PLACE_DECIMALS),
        "parent_id": f"{table.name}:{table.stop_id[parent]}" if parent in stops else None,
    }


def _pattern(table: Timetable, pattern: int, stops: Collection[int]) -> Fields:
    """``calls`` are stop id, stop_sequence, metres along, boardable, alightable; calls at other stops are left out."""
    first, end = (int(row) for row in table.pattern_call_offset[pattern : pattern + 2])
    points = slice(int(table.pattern_point_offset[pattern]), int(table.pattern_point_offset[pattern + 1]))
    degrees = np.column_stack((table.point_latitude[points], table.point_longitude[points]))
    direction = int(table.pattern_direction[pattern])
    return {
        "id": f"{table.name}:{table.pattern_id[pattern]}",
        "line_id": f"{table.name}:{table.line_id[int(table.pattern_line[pattern])]}",
        "direction_id": None if direction < 0 else direction,
        "headsign": table.pattern_headsign[pattern],
        "length_m": round(float(table.pattern_length_m[pattern])),
        "trips": len(_trips_of(table, pattern)),
        "has_shape": bool(table.pattern_has_shape[pattern]),
        "calls": [
            [
                f"{table.name}:{table.stop_id[int(table.call_stop[row])]}",
                int(table.call_sequence[row]),
                round(float(table.call_progress_m[row])),
                bool(table.call_boardable[row]),
                bool(table.call_alightable[row]),
            ]
            for row in range(first, end)
            if int(table.call_stop[row]) in stops
        ],
        "shape": degrees.round(_PLACE_DECIMALS).tolist(),
    }


def _first_last(table: Timetable, line: int) -> Iterator[Fields]:
    """First and last departure of each direction on each service, from the first stop; past 24:00 the hours go on."""
    times: dict[tuple[int, int], list[int]] = {}
    for pattern in _patterns_of(table, line):
        direction = int(table.pattern_direction[pattern])
        for trip in _trips_of(table, pattern):
            spans = [int(table.trip_start_s[trip])]
            if table.trip_has_frequency[trip]:
                rows = slice(int(table.trip_frequency_offset[trip]), int(table.trip_frequency_offset[trip + 1]))
                starts, ends = table.frequency_start_s[rows].tolist(), table.frequency_end_s[rows].tolist()
                every = table.frequency_headway_s[rows].tolist()
                spans = [
                    *starts,
                    *(start + (end - 1 - start) // h * h for start, end, h in zip(starts, ends, every, strict=True)),
                ]
            times.setdefault((direction, int(table.trip_service[trip])), []).extend(spans)
    for (direction, service), starts in sorted(times.items()):
        yield {
            "line_id": f"{table.name}:{table.line_id[line]}",
            "direction_id": None if direction < 0 else direction,
            "service_id": f"{table.name}:{table.service_id[service]}",
            "first": _clock(min(starts)),
            "last": _clock(max(starts)),
        }


def _dates(table: Timetable, service: int) -> list[str]:
    rows = slice(int(table.service_day_offset[service]), int(table.service_day_offset[service + 1]))
    return [_date(day) for day in table.service_day[rows].tolist()]


def _date(day: int) -> str:
    written = f"{service_date(day):08d}"
    return f"{written[:4]}-{written[4:6]}-{written[6:]}"


def _clock(at_s: int) -> str:
    return f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"
