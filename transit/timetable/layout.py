"""A draft laid out as the arrays of a compiled timetable, one function a table."""

from typing import Any

import numpy as np

from transit.timetable.compiled import Floats, Ints, Strings
from transit.timetable.draft import Network, Schedule
from transit.timetable.hops import list_hops
from transit.timetable.line_groups import LineGroups
from transit.timetable.offsets import offsets_of, offsets_of_counts
from transit.timetable.translations import Translations

# The values are the field types of Timetable, whose constructor refuses a missing or unknown name.
Columns = dict[str, Any]


def lay_out(network: Network, schedule: Schedule, groups: LineGroups, translations: Translations) -> Columns:
    """All arrays of a Timetable by field name."""
    columns = {
        **_agencies(network),
        **_groups(network, groups),
        **_lines(network, groups),
        **_stops(network),
        **_patterns(network),
        **_points(network),
        **_calls(network),
        **_trips(schedule, len(network.patterns)),
        **_timings(schedule),
        **_frequencies(schedule),
        **_blocks_and_services(schedule),
        **_translations(translations),
    }
    for column in columns.values():
        # as they are when mapped from a file, so that a compiled kernel meets one kind of array
        (column.offsets if isinstance(column, Strings) else column).setflags(write=False)
    return columns


def _agencies(network: Network) -> Columns:
    agencies = network.agencies
    return {
        "agency_id": Strings.of(agencies.ids),
        "agency_name": Strings.of(agencies.names),
        "agency_url": Strings.of(agencies.urls),
    }


def _groups(network: Network, groups: LineGroups) -> Columns:
    leaders = groups.lines[groups.line_offset[:-1]]
    return {
        "group_id": Strings.of([network.lines.ids[line] for line in leaders]),
        "group_line_offset": groups.line_offset,
        "group_line": groups.lines,
    }


def _lines(network: Network, groups: LineGroups) -> Columns:
    lines = network.lines
    return {
        "line_id": Strings.of(lines.ids),
        "line_agency": lines.agency,
        "line_group": groups.of_line,
        "line_short_name": Strings.of(lines.short_names),
        "line_long_name": Strings.of(lines.long_names),
        "line_color": Strings.of(lines.colors),
        "line_text_color": Strings.of(lines.text_colors),
        "line_route_type": lines.route_type,
        "line_sort_order": lines.sort_order,
    }


def _stops(network: Network) -> Columns:
    stops = network.stops
    return {
        "stop_id": Strings.of(stops.ids),
        "stop_code": Strings.of(stops.codes),
        "stop_name": Strings.of(stops.names),
        "stop_platform_code": Strings.of(stops.platform_codes),
        "stop_latitude": stops.latitude,
        "stop_longitude": stops.longitude,
        "stop_location_type": stops.location_type,
        "stop_parent": stops.parent,
        "stop_wheelchair_boarding": stops.wheelchair_boarding,
        "stop_child_offset": stops.child_offset,
        "stop_child": stops.child,
    }


def _patterns(network: Network) -> Columns:
    patterns, alignments = network.patterns, network.alignments
    line = np.array([pattern.line for pattern in patterns], np.int32)
    call_counts = np.array([len(alignment.call_progress_m) for alignment in alignments], np.int32)
    point_counts = np.array([len(alignment.latitude) for alignment in alignments], np.int32)
    return {
        "pattern_id": Strings.of([pattern.id for pattern in patterns]),
        "pattern_line": line,
        "pattern_direction": np.array([pattern.direction for pattern in patterns], np.int32),
        "pattern_headsign": Strings.of([pattern.headsign for pattern in patterns]),
        "pattern_length_m": np.array([alignment.length_m for alignment in alignments]),
        "pattern_call_offset": offsets_of_counts(call_counts),
        "pattern_point_offset": offsets_of_counts(point_counts),
        "line_pattern_offset": offsets_of(line, len(network.lines.ids)),
        "pattern_has_shape": np.array([alignment.has_shape for alignment in alignments], np.bool_),
    }


def _points(network: Network) -> Columns:
    alignments = network.alignments
    return {
        "point_latitude": _joined([alignment.latitude for alignment in alignments]),
        "point_longitude": _joined([alignment.longitude for alignment in alignments]),
        "point_progress_m": _joined([alignment.point_progress_m for alignment in alignments]),
    }


def _calls(network: Network) -> Columns:
    calls, patterns = network.calls, network.patterns
    rows = np.concatenate([np.arange(pattern.calls.start, pattern.calls.stop) for pattern in patterns])
    counts = [pattern.calls.stop - pattern.calls.start for pattern in patterns]
    pattern = np.repeat(np.arange(len(patterns), dtype=np.int32), counts)
    progress_m = _joined([alignment.call_progress_m for alignment in network.alignments])
    stop = calls.stop[rows]
    hops = list_hops(pattern, stop, progress_m)
    by_stop = np.argsort(stop, kind="stable").astype(np.int32)
    return {
        "call_pattern": pattern,
        "call_stop": stop,
        "call_sequence": calls.sequence[rows],
        "call_progress_m": progress_m,
        "call_offset_m": _joined([alignment.call_offset_m for alignment in network.alignments]),
        "call_hop": hops.ending_at,
        "call_boardable": calls.boardable[rows],
        "call_alightable": calls.alightable[rows],
        "call_timepoint": calls.timepoint[rows],
        "call_headsign": Strings.of([calls.headsigns[headsign] for headsign in calls.headsign[rows]]),
        "stop_call_offset": offsets_of(stop[by_stop], len(network.stops.ids)),
        "stop_call": by_stop,
        "hop_from_stop": hops.from_stop,
        "hop_to_stop": hops.to_stop,
        "hop_length_m": hops.length_m,
    }


def _trips(schedule: Schedule, pattern_count: int) -> Columns:
    trips, rows = schedule.trips, schedule.rows
    return {
        "trip_id": _taken(trips.ids, rows),
        "trip_pattern": schedule.pattern,
        "trip_service": trips.service[rows],
        "trip_block": schedule.blocks.of_trip,
        "trip_headsign": _taken(trips.headsigns, rows),
        "trip_short_name": _taken(trips.short_names, rows),
        "trip_timing": schedule.timings.of_trip,
        "trip_start_s": schedule.timings.start_s,
        "trip_has_frequency": np.diff(schedule.frequencies.trip_offset) > 0,
        "pattern_trip_offset": offsets_of(schedule.pattern, pattern_count),
    }


def _timings(schedule: Schedule) -> Columns:
    return {
        "timing_offset": schedule.timings.offset,
        "timing_arrival_s": schedule.timings.arrival_s,
        "timing_departure_s": schedule.timings.departure_s,
    }


def _frequencies(schedule: Schedule) -> Columns:
    frequencies = schedule.frequencies
    return {
        "frequency_trip": frequencies.trip,
        "frequency_start_s": frequencies.start_s,
        "frequency_end_s": frequencies.end_s,
        "frequency_headway_s": frequencies.headway_s,
        "frequency_exact": frequencies.exact,
        "trip_frequency_offset": frequencies.trip_offset,
    }


def _blocks_and_services(schedule: Schedule) -> Columns:
    return {
        "block_id": Strings.of(schedule.blocks.ids),
        "block_trip_offset": schedule.blocks.trip_offset,
        "block_trip": schedule.blocks.trips,
        "service_id": Strings.of(schedule.services.ids),
        "service_day_offset": schedule.services.day_offset,
        "service_day": schedule.services.days,
    }


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)


def _taken(texts: list[str], rows: Ints) -> Strings:
    return Strings.of([texts[row] for row in rows])


def _translations(translations: Translations) -> Columns:
    return {
        "languages": Strings.of(translations.languages),
        "translation_language": translations.of,
        "translation_field": translations.fields,
        "translation_key": Strings.of(translations.keys),
        "translation_text": Strings.of(translations.texts),
    }
