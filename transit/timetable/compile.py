"""GTFS tables to a compiled timetable: the order in which the rules of this folder are applied."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from transit.timetable.alignment import align_patterns
from transit.timetable.blocks import list_blocks
from transit.timetable.calendar import Services, read_services
from transit.timetable.compiled import Floats, Timetable
from transit.timetable.digest import content_hash
from transit.timetable.directions import find_directions
from transit.timetable.draft import Network, Schedule
from transit.timetable.faults import FaultList, TimetableError
from transit.timetable.frequencies import read_frequencies
from transit.timetable.layout import lay_out
from transit.timetable.line_groups import TripEnds, group_lines
from transit.timetable.lines import read_agencies, read_lines
from transit.timetable.offsets import Rows, offsets_of_counts
from transit.timetable.patterns import Names, list_patterns
from transit.timetable.shapes import read_shapes
from transit.timetable.stop_times import StopTimes, read_stop_times
from transit.timetable.stops import Stops, read_stops
from transit.timetable.timings import interpolate_times, share_timings
from transit.timetable.translations import Named, read_translations
from transit.timetable.trips import Trips, read_trips


def compile_timetable(tables: Mapping[str, bytes], *, name: str, source: str) -> Timetable:
    """Compile a GTFS feed.

    ``tables`` are its files by name, ``name`` what the timetable is called among a deployment's, ``source`` where the
    feed came from. The same tables and name give the same arrays and hash, and so do tables with their rows in another
    order. Small faults are listed in the timetable's ``faults``, at most a few of each kind.

    Raises:
        TimetableError: a file or column is missing, or so much of one is wrong that no timetable can be made of it.
    """
    faults = FaultList()
    agencies = read_agencies(tables, faults)
    lines = read_lines(tables, agencies, faults)
    stops = read_stops(tables, faults)
    services = read_services(tables, faults)
    trips = read_trips(tables, line_ids=lines.ids, service_ids=services.ids, faults=faults)
    calls = read_stop_times(tables, trips, stops.ids, faults)
    if not len(calls.trip):
        raise TimetableError("stop_times.txt", None, "leaves no trip with two calls or more")
    translations = read_translations(tables, Named(agencies, lines, stops, trips, calls), faults)
    trips = _with_headsigns(trips, calls, stops)
    direction = find_directions(trips, calls, stops)
    shapes = read_shapes(tables, _shapes_in_use(trips, calls), faults)
    names = Names(lines.ids, stops.ids)
    patterns = list_patterns(trips, direction, calls, names=names, shapes=shapes)
    alignments = align_patterns(patterns, calls, stops=stops, shapes=shapes, faults=faults)
    network = Network(agencies, lines, stops, patterns, alignments, calls)
    schedule = _schedule(tables, network, trips=trips, services=services, faults=faults)
    ends = _trip_ends(network, schedule)
    groups = group_lines(tables, lines, trips=ends, blocks=schedule.blocks, faults=faults)
    first_day, last_day = _days_in_use(schedule)
    timetable = Timetable(
        name=name,
        hash="",
        timezone=agencies.timezone,
        first_service_day=first_day,
        last_service_day=last_day,
        source=source,
        faults=faults.written(),
        language=translations.own,
        **lay_out(network, schedule, groups, translations),
    )
    return replace(timetable, hash=content_hash(timetable))


def _with_headsigns(trips: Trips, calls: StopTimes, stops: Stops) -> Trips:
    """A trip without a headsign goes by the name of its last stop."""
    headsigns = list(trips.headsigns)
    for row in np.flatnonzero(np.diff(calls.trip, append=-1)):
        trip = int(calls.trip[row])
        headsigns[trip] = headsigns[trip] or stops.names[calls.stop[row]]
    return replace(trips, headsigns=headsigns)


def _shapes_in_use(trips: Trips, calls: StopTimes) -> set[str]:
    return {trips.shape_ids[trip] for trip in np.unique(calls.trip)} - {""}


def _schedule(
    tables: Mapping[str, bytes], network: Network, *, trips: Trips, services: Services, faults: FaultList
) -> Schedule:
    calls, patterns = network.calls, network.patterns
    starts = np.searchsorted(calls.trip, np.arange(len(trips.ids) + 1))
    arrival_s, departure_s = interpolate_times(calls, _progress_of(network, starts))
    rows = [pattern.trips[np.argsort(departure_s[starts[pattern.trips]], kind="stable")] for pattern in patterns]
    ordered = np.concatenate(rows)
    trip_calls = [slice(int(starts[trip]), int(starts[trip + 1])) for trip in ordered]
    timings = share_timings(arrival_s, departure_s, trip_calls)
    return Schedule(
        trips=trips,
        rows=ordered,
        pattern=np.repeat(np.arange(len(patterns), dtype=np.int32), [len(of_pattern) for of_pattern in rows]),
        timings=timings,
        blocks=list_blocks([trips.block_ids[trip] for trip in ordered], timings.start_s),
        frequencies=read_frequencies(tables, [trips.ids[trip] for trip in ordered], faults),
        services=services,
    )


def _progress_of(network: Network, starts: Rows) -> Floats:
    """Metres along its pattern of every row of the stop times."""
    calls, alignments = network.calls, network.alignments
    offset = offsets_of_counts(np.array([len(alignment.call_progress_m) for alignment in alignments]))
    first_call = np.zeros(len(starts) - 1, np.int64)
    for pattern, first in zip(network.patterns, offset[:-1], strict=True):
        first_call[pattern.trips] = first
    together = np.concatenate([alignment.call_progress_m for alignment in alignments])
    progress_m: Floats = together[first_call[calls.trip] + np.arange(len(calls.trip)) - starts[calls.trip]]
    return progress_m


def _trip_ends(network: Network, schedule: Schedule) -> TripEnds:
    calls, stops = network.calls, network.stops
    line, direction, first, last = np.array(
        [
            (pattern.line, pattern.direction, calls.stop[pattern.calls.start], calls.stop[pattern.calls.stop - 1])
            for pattern in network.patterns
        ],
        np.int32,
    ).T[:, schedule.pattern]
    timings = schedule.timings
    return TripEnds(
        ids=[schedule.trips.ids[trip] for trip in schedule.rows],
        line=line,
        direction=direction,
        service=schedule.trips.service[schedule.rows],
        start_s=timings.start_s,
        end_s=timings.start_s + timings.arrival_s[timings.offset[timings.of_trip + 1] - 1],
        first_latitude=stops.latitude[first],
        first_longitude=stops.longitude[first],
        last_latitude=stops.latitude[last],
        last_longitude=stops.longitude[last],
    )


def _days_in_use(schedule: Schedule) -> tuple[int, int]:
    services = schedule.services
    used = np.unique(schedule.trips.service[schedule.rows])
    first = min(int(services.days[services.day_offset[service]]) for service in used)
    last = max(int(services.days[services.day_offset[service + 1] - 1]) for service in used)
    return first, last
