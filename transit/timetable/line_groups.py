"""Line groups: lines that are one line to the vehicles that run them, and so share a message.

Ordinarily a group is one line. Lines are joined, four at most, only where the feed leaves little doubt: it says that
riders stay seated from one into the other (transfers.txt type 4) on at least half the trips of one of them; or
vehicles go on from one into the other at once on at least four trips in five of both; or they are the two directions
of one line, under one name, each with the other's ends. Vehicles that change lines after a rest join nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from transit.timetable.blocks import Blocks
from transit.timetable.compiled import Floats, Ints
from transit.timetable.faults import FaultList
from transit.timetable.lines import Lines
from transit.timetable.offsets import Rows, offsets_of_counts
from transit.timetable.plane import plane_about
from transit.timetable.reading import read_optional_table

LINES_MAX: Final = 4
AT_ONCE_S: Final = 120
NEAR_M: Final = 150.0
ENDS_NEAR_M: Final = 500.0
STAY_SEATED: Final = 4
STAY_SEATED_MIN_RATIO: Final = 0.5
GOES_ON_MIN_RATIO: Final = 0.8


@dataclass(frozen=True, slots=True)
class TripEnds:
    """Of each trip in the timetable's order: line, direction, service, start and end, and where they are."""

    ids: Sequence[str]
    line: Ints
    direction: Ints
    service: Ints
    start_s: Ints
    end_s: Ints
    first_latitude: Floats
    first_longitude: Floats
    last_latitude: Floats
    last_longitude: Floats


@dataclass(frozen=True, slots=True)
class LineGroups:
    """Groups sorted by their first line; ``of_line`` is each line's group."""

    line_offset: Ints
    lines: Ints
    of_line: Ints


class _Tie(NamedTuple):
    """Two lines that belong together; the stronger tie is made first."""

    weakness: float
    first: int
    second: int


def group_lines(
    tables: Mapping[str, bytes], lines: Lines, *, trips: TripEnds, blocks: Blocks, faults: FaultList
) -> LineGroups:
    """Put every line into its group; lines of different route types are never joined."""
    ties = [
        *_stay_seated(tables, trips, faults),
        *_goes_on(trips, blocks),
        *_two_directions(lines, trips),
    ]
    group = list(range(len(lines.ids)))
    for tie in sorted(tie for tie in ties if lines.route_type[tie.first] == lines.route_type[tie.second]):
        joined = {group[tie.first], group[tie.second]}
        if sum(of in joined for of in group) <= LINES_MAX:
            group = [min(joined) if of in joined else of for of in group]
    leaders, of_line = np.unique(np.array(group), return_inverse=True)
    counts = np.bincount(of_line, minlength=len(leaders))
    lines_by_group = np.argsort(of_line, kind="stable").astype(np.int32)
    return LineGroups(offsets_of_counts(counts), lines_by_group, of_line.astype(np.int32))


def _ties(
    pairs: Sequence[tuple[int, int]], trips: TripEnds, *, of_lines: Callable[[list[float]], float], ratio_min: float
) -> Iterator[_Tie]:
    """Ties of lines whose trips, given as pairs of trips, run through often enough: on either line, or on both."""
    through: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one, other in pairs:
        first, second = sorted((int(trips.line[one]), int(trips.line[other])))
        if first != second:
            through[first, second] |= {one, other}
    trip_count = Counter(trips.line.tolist())
    for (first, second), touched in sorted(through.items()):
        of_line = Counter(trips.line[sorted(touched)].tolist())
        ratios = [of_line[line] / trip_count[line] for line in (first, second)]
        ratio = of_lines(ratios)
        if ratio >= ratio_min:
            yield _Tie(-ratio, first, second)


def _stay_seated(tables: Mapping[str, bytes], trips: TripEnds, faults: FaultList) -> Iterator[_Tie]:
    table = read_optional_table(tables, "transfers.txt", faults, ("transfer_type",))
    seated = table.rows(np.flatnonzero(table.integers("transfer_type") == STAY_SEATED))
    pairs = np.column_stack((seated.rows_in("from_trip_id", trips.ids), seated.rows_in("to_trip_id", trips.ids)))
    known = [(int(one), int(other)) for one, other in pairs if one >= 0 and other >= 0]
    return _ties(known, trips, of_lines=max, ratio_min=STAY_SEATED_MIN_RATIO)


def _goes_on(trips: TripEnds, blocks: Blocks) -> Iterator[_Tie]:
    pairs: list[tuple[int, int]] = []
    for block in range(len(blocks.ids)):
        by_service: dict[int, list[int]] = defaultdict(list)
        for trip in blocks.trips[blocks.trip_offset[block] : blocks.trip_offset[block + 1]].tolist():
            by_service[int(trips.service[trip])].append(trip)
        for chain in by_service.values():
            pairs += [(one, other) for one, other in pairwise(chain) if trips.line[one] != trips.line[other]]
    if not pairs:
        return iter(())
    one, other = np.array(pairs).T
    rest_s = trips.start_s[other] - trips.end_s[one]
    apart_m = _apart_m(
        (trips.last_latitude[one], trips.last_longitude[one]),
        (trips.first_latitude[other], trips.first_longitude[other]),
    )
    at_once = (rest_s >= 0) & (rest_s <= AT_ONCE_S) & (apart_m <= NEAR_M)
    found = [pair for pair, goes_on in zip(pairs, at_once, strict=True) if goes_on]
    return _ties(found, trips, of_lines=min, ratio_min=GOES_ON_MIN_RATIO)


def _two_directions(lines: Lines, trips: TripEnds) -> Iterator[_Tie]:
    """Lines of one agency, type and short name, two of them, each in one direction between the same two ends."""
    alike: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for line, name in enumerate(lines.short_names):
        if name:
            alike[int(lines.agency[line]), int(lines.route_type[line]), name].append(line)
    for pair in alike.values():
        if len(pair) != 2:
            continue
        there, back = (np.flatnonzero(trips.line == line) for line in pair)
        one_way = all(len(np.unique(trips.direction[of])) == 1 for of in (there, back))
        if one_way and _ends_meet(trips, there, back) and _ends_meet(trips, back, there):
            yield _Tie(-1.0, *pair)


def _ends_meet(trips: TripEnds, one: Rows, other: Rows) -> bool:
    """Whether trips of ``one`` commonly end where those of ``other`` commonly start, and do not start there."""
    end = (np.median(trips.last_latitude[one]), np.median(trips.last_longitude[one]))
    start = (np.median(trips.first_latitude[other]), np.median(trips.first_longitude[other]))
    own_start = (np.median(trips.first_latitude[one]), np.median(trips.first_longitude[one]))
    return bool(_apart_m(_one(end), _one(start))[0] <= ENDS_NEAR_M < _apart_m(_one(own_start), _one(start))[0])


def _one(place: tuple[np.floating, np.floating]) -> tuple[Floats, Floats]:
    return np.array([place[0]]), np.array([place[1]])


def _apart_m(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    plane = plane_about(np.concatenate((one[0], other[0])), np.concatenate((one[1], other[1])))
    one_x, one_y = plane.metres(*one)
    other_x, other_y = plane.metres(*other)
    return np.hypot(one_x - other_x, one_y - other_y)
