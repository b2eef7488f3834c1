"""A line's trips on one kind of day, with their calls' times, frequencies and blocks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from simulators.network.blocks import BlockTrip, chain_blocks
from simulators.network.departures import DayKind, HeadwayBand, is_peak, list_bands, list_starts
from simulators.network.line_plan import HOME_ZONE, Network, PlannedLine, PlannedPattern
from simulators.network.running_times import Calls, time_calls
from simulators.network.service_days import SERVICE_IDS

_DEPOT_IN_TRIPS = 3
"""The last vehicles of a loop in each direction."""
_THROUGH_EVERY = 3
"""Of the vehicles that could go on as another line every third does."""
_THROUGH_DWELL_S = 60
_PLAIN = str.maketrans({"/": "-", "+": "w"})
"""A zone's name as a part of an id; ``Etc/GMT+8`` lies west."""


@dataclass(frozen=True, slots=True)
class PlannedTrip:
    """One trip, its ``calls`` in seconds after ``start_s``; ``band`` is set where it stands for many by frequency."""

    id: str
    line: PlannedLine
    pattern: PlannedPattern
    service: str
    start_s: int
    calls: Calls
    band: HeadwayBand | None = None


def name_by_zone(trips: Iterable[PlannedTrip], zone: str) -> Iterator[PlannedTrip]:
    """The trips under ids that no city of another zone has, where the same date and hour are another moment.

    Whoever keeps what was heard of a run from a start in one zone to a start in another would take the second run for
    the first. At home ids stay as they are.
    """
    return (replace(trip, id=trip.id + _mark(zone)) for trip in trips)


def _mark(zone: str) -> str:
    return "" if zone == HOME_ZONE else f"-{zone.translate(_PLAIN)}"


def plan_trips(line: PlannedLine, day: DayKind) -> Iterator[PlannedTrip]:
    """All trips of ``line`` on one kind of day, direction after direction by start."""
    bands = list_bands(line, day)
    for direction in (0, 1):
        full = next(p for p in line.patterns if p.direction == direction and not p.is_short and not p.is_depot_in)
        depot_in = next((p for p in line.patterns if p.direction == direction and p.is_depot_in), None)
        short = next((p for p in line.patterns if p.direction == direction and p.is_short), None)
        if line.service == "frequency":
            yield from (_trip(line, full, day, band.start_s, band) for band in bands)
            continue
        starts = list_starts(bands, first_offset_s=direction * 120)
        for order, start in enumerate(starts):
            if depot_in is not None and order >= len(starts) - _DEPOT_IN_TRIPS:
                yield _trip(line, depot_in, day, start)
                continue
            turns = short is not None and order % 2 == 1 and is_peak(start, day)
            yield _trip(line, short if short is not None and turns else full, day, start)


def _trip(
    line: PlannedLine, pattern: PlannedPattern, day: DayKind, start_s: int, band: HeadwayBand | None = None
) -> PlannedTrip:
    service = SERVICE_IDS[day]
    calls = time_calls(pattern, line.mode, start_s)
    clock = f"{start_s // 3600:02d}{start_s // 60 % 60:02d}{start_s % 60:02d}"
    return PlannedTrip(f"{line.id}-{service}-{pattern.key}-{clock}", line, pattern, service, start_s, calls, band)


def go_through(network: Network, trips: list[PlannedTrip]) -> dict[str, PlannedTrip]:
    """Trips that vehicles of other trips go on with, by the id of the trip before: the same train, another line."""
    lines = {line.id: line for line in network.lines}
    onward = {
        (one, direction): lines[other]
        for each in network.through
        for one, other, direction in ((each.near, each.far, 0), (each.far, each.near, 1))
    }
    found: dict[str, PlannedTrip] = {}
    order: dict[tuple[str, int, str], int] = defaultdict(int)
    for trip in trips:
        key = trip.line.id, trip.pattern.direction
        if key not in onward:
            continue
        order[*key, trip.service] += 1
        if order[*key, trip.service] % _THROUGH_EVERY == 0:
            line = onward[key]
            pattern = next(p for p in line.patterns if p.direction == trip.pattern.direction and not p.is_short)
            leaves_s = trip.start_s + trip.calls[-1][0] + _THROUGH_DWELL_S
            day: DayKind = "weekday" if trip.service == SERVICE_IDS["weekday"] else "weekend"
            goes_on = _trip(line, pattern, day, leaves_s)
            through_id = goes_on.id.replace(f"-{pattern.key}-", f"-{pattern.key}t-") + _mark(network.zone)
            found[trip.id] = replace(goes_on, id=through_id)
    return found


def assign_blocks(
    network: Network, trips: list[PlannedTrip], through: Mapping[str, PlannedTrip] = MappingProxyType({})
) -> dict[str, str]:
    """Trip id to block id for every trip with a clock time; lines of one depot share vehicles.

    ``trips`` are without those of ``through``, which have the block of the trip that they go on from.
    """
    depots: dict[tuple[str, str], list[BlockTrip]] = defaultdict(list)
    for trip in trips:
        if trip.band is None:
            last = through.get(trip.id, trip)
            start, end = _terminal(network, trip.pattern.stops[0]), _terminal(network, last.pattern.stops[-1])
            end_s = last.start_s + last.calls[-1][0]
            depots[trip.line.pool, trip.service].append(BlockTrip(trip.id, trip.start_s, end_s, start, end))
    blocks: dict[str, str] = {}
    for (pool, service), theirs in depots.items():
        blocks |= chain_blocks(theirs, f"{pool}-{service}")
    return blocks | {after.id: blocks[before] for before, after in through.items()}


def _terminal(network: Network, stop: str) -> str:
    return network.stops[stop].station or stop
