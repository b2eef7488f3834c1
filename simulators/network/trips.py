"""A line's trips on one kind of day, with their calls' times, frequencies and blocks."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from simulators.network.blocks import BlockTrip, chain_blocks
from simulators.network.departures import DayKind, HeadwayBand, is_peak, list_bands, list_starts
from simulators.network.line_plan import Network, PlannedLine, PlannedPattern
from simulators.network.running_times import Calls, time_calls
from simulators.network.service_days import SERVICE_IDS


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


def plan_trips(line: PlannedLine, day: DayKind) -> Iterator[PlannedTrip]:
    """All trips of ``line`` on one kind of day, direction after direction by start."""
    bands = list_bands(line, day)
    for direction in (0, 1):
        full = next(p for p in line.patterns if p.direction == direction and not p.is_short)
        short = next((p for p in line.patterns if p.direction == direction and p.is_short), None)
        if line.service == "frequency":
            yield from (_trip(line, full, day, band.start_s, band) for band in bands)
            continue
        for order, start in enumerate(list_starts(bands, first_offset_s=direction * 120)):
            turns = short is not None and order % 2 == 1 and is_peak(start, day)
            yield _trip(line, short if short is not None and turns else full, day, start)


def _trip(
    line: PlannedLine, pattern: PlannedPattern, day: DayKind, start_s: int, band: HeadwayBand | None = None
) -> PlannedTrip:
    service = SERVICE_IDS[day]
    calls = time_calls(pattern, line.mode, start_s)
    clock = f"{start_s // 3600:02d}{start_s // 60 % 60:02d}{start_s % 60:02d}"
    return PlannedTrip(f"{line.id}-{service}-{pattern.key}-{clock}", line, pattern, service, start_s, calls, band)


def assign_blocks(network: Network, trips: list[PlannedTrip]) -> dict[str, str]:
    """Trip id to block id for every trip with a clock time; lines of one depot share vehicles."""
    depots: dict[tuple[str, str], list[BlockTrip]] = defaultdict(list)
    for trip in trips:
        if trip.band is None:
            start, end = (_terminal(network, trip.pattern.stops[end]) for end in (0, -1))
            end_s = trip.start_s + trip.calls[-1][0]
            depots[trip.line.pool, trip.service].append(BlockTrip(trip.id, trip.start_s, end_s, start, end))
    blocks: dict[str, str] = {}
    for (pool, service), theirs in depots.items():
        blocks |= chain_blocks(theirs, f"{pool}-{service}")
    return blocks


def _terminal(network: Network, stop: str) -> str:
    return network.stops[stop].station or stop
