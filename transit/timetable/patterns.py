"""Patterns: trips of one line and direction that make the same calls along the same shape."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.pattern_ids import PatternIdentity, name_patterns
from transit.timetable.shapes import Shape
from transit.timetable.stop_times import StopTimes
from transit.timetable.trips import Trips


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern. ``calls`` are rows of the stop times of its first trip by id; ``trips`` ascend.

    ``shape_id`` is the first by id of those that share the geometry; empty where there is none.
    """

    id: str
    line: int
    direction: int
    shape_id: str
    headsign: str
    calls: slice
    trips: Ints


class _Key(NamedTuple):
    """What makes trips one pattern; ``calls`` packs stop, sequence, rules and headsign of each call."""

    line: int
    direction: int
    shape_id: str
    calls: bytes


class Names(NamedTuple):
    """Ids by row, of which patterns are named."""

    line_ids: Sequence[str]
    stop_ids: Sequence[str]


def list_patterns(
    trips: Trips, direction: Ints, calls: StopTimes, *, names: Names, shapes: Mapping[str, Shape]
) -> list[Pattern]:
    """Every pattern, sorted by line, direction, number of trips (most first) and id."""
    grouped = _grouped(trips, direction, calls, shapes)
    ends = np.searchsorted(calls.trip, np.arange(len(trips.ids) + 1))
    of_first = {key: slice(int(ends[of_key[0]]), int(ends[of_key[0] + 1])) for key, of_key in grouped.items()}
    ids = name_patterns(
        [
            PatternIdentity(
                names.line_ids[key.line],
                key.direction,
                tuple(names.stop_ids[stop] for stop in calls.stop[of_first[key]]),
                _particulars(calls, of_first[key], shapes.get(key.shape_id)),
                len(of_key),
            )
            for key, of_key in grouped.items()
        ]
    )
    patterns = [
        Pattern(
            id=pattern_id,
            line=key.line,
            direction=key.direction,
            shape_id=key.shape_id,
            headsign=_commonest([trips.headsigns[trip] for trip in of_key]),
            calls=of_first[key],
            trips=np.array(of_key, np.int32),
        )
        for pattern_id, (key, of_key) in zip(ids, grouped.items(), strict=True)
    ]
    return sorted(patterns, key=lambda pattern: (pattern.line, pattern.direction, -len(pattern.trips), pattern.id))


def _grouped(trips: Trips, direction: Ints, calls: StopTimes, shapes: Mapping[str, Shape]) -> dict[_Key, list[int]]:
    shape_of = _first_of_each_geometry(shapes)
    packed = np.column_stack((calls.stop, calls.sequence, _rules(calls), calls.headsign)).astype("<i4")
    starts = np.flatnonzero(np.diff(calls.trip, prepend=-1))
    grouped: dict[_Key, list[int]] = defaultdict(list)
    for start, end in zip(starts, np.append(starts[1:], len(calls.trip)), strict=True):
        trip = int(calls.trip[start])
        shape_id = shape_of.get(trips.shape_ids[trip], "")
        grouped[_Key(int(trips.line[trip]), int(direction[trip]), shape_id, packed[start:end].tobytes())].append(trip)
    return grouped


def _rules(calls: StopTimes, rows: slice = slice(None)) -> Ints:
    boardable, alightable, timepoint = calls.boardable[rows], calls.alightable[rows], calls.timepoint[rows]
    return np.asarray(boardable + 2 * alightable + 4 * timepoint, np.int32)


def _particulars(calls: StopTimes, rows: slice, shape: Shape | None) -> bytes:
    numbers = np.column_stack((calls.sequence[rows], _rules(calls, rows))).astype("<i4").tobytes()
    headsigns = "\0".join(calls.headsigns[headsign] for headsign in calls.headsign[rows]).encode()
    return b"\0".join((numbers, headsigns, shape.geometry if shape else b""))


def _first_of_each_geometry(shapes: Mapping[str, Shape]) -> dict[str, str]:
    first: dict[bytes, str] = {}
    return {shape_id: first.setdefault(shapes[shape_id].geometry, shape_id) for shape_id in sorted(shapes)}


def _commonest(names: Sequence[str]) -> str:
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name))
