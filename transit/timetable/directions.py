"""The direction of trips whose feed does not say: the way the line's commonest trip runs, or the other."""

from collections import Counter
from typing import Final, NamedTuple

import numpy as np

from transit.timetable.compiled import Ints
from transit.timetable.offsets import Rows
from transit.timetable.plane import plane_about
from transit.timetable.stop_times import StopTimes
from transit.timetable.stops import Stops
from transit.timetable.trips import DIRECTION_UNKNOWN, Trips

SHARED_MIN_RATIO: Final = 0.5


class _Way(NamedTuple):
    """A sequence of places (stations where stops belong to one) as bytes, so that it can be counted."""

    stops: bytes

    @property
    def places(self) -> Ints:
        return np.frombuffer(self.stops, np.int32)


def find_directions(trips: Trips, calls: StopTimes, stops: Stops) -> Ints:
    """The direction of every trip: the feed's, or one told by stops in common or else by bearing."""
    if (trips.direction != DIRECTION_UNKNOWN).all():
        return trips.direction
    station = np.where(stops.parent >= 0, stops.parent, np.arange(len(stops.ids))).astype(np.int32)
    ends = np.searchsorted(calls.trip, np.arange(len(trips.ids) + 1))
    at = station[calls.stop]
    ways = [_Way(at[ends[trip] : ends[trip + 1]].tobytes()) for trip in range(len(trips.ids))]
    direction = trips.direction.copy()
    for line in np.unique(trips.line[direction == DIRECTION_UNKNOWN]):
        of_line = np.flatnonzero((trips.line == line) & (np.diff(ends) > 0))
        _fill(direction, of_line, ways, stops)
    direction[direction == DIRECTION_UNKNOWN] = 0
    return direction


def _fill(direction: Ints, of_line: Rows, ways: list[_Way], stops: Stops) -> None:
    known = of_line[direction[of_line] != DIRECTION_UNKNOWN]
    counted = Counter((ways[trip], int(direction[trip])) for trip in (known if len(known) else of_line))
    if not counted:
        return
    main, given = max(counted, key=lambda way: (counted[way], way))
    base = max(given, 0)
    told: dict[_Way, int] = {}
    for trip in of_line[direction[of_line] == DIRECTION_UNKNOWN]:
        way = ways[trip]
        if way not in told:
            told[way] = base if _same_way(main.places, way.places, stops) else 1 - base
        direction[trip] = told[way]


def _same_way(main: Ints, other: Ints, stops: Stops) -> bool:
    """Whether ``other`` runs the way ``main`` does.

    Told by the order of the stops in common if those are most of the shorter way's; a few may be a loop at a terminal,
    which is run alike both ways. Then by where the ways lead.
    """
    place_in_main = {int(place): number for number, place in enumerate(main)}
    shared = [place_in_main[place] for place in other.tolist() if place in place_in_main]
    rises = int(np.sign(np.diff(shared)).sum())
    if rises and len(shared) >= SHARED_MIN_RATIO * min(len(main), len(other)):
        return rises > 0
    plane = plane_about(stops.latitude[main], stops.longitude[main])
    x, y = plane.metres(stops.latitude, stops.longitude)
    (main_x, main_y), (other_x, other_y) = ((x[way[-1]] - x[way[0]], y[way[-1]] - y[way[0]]) for way in (main, other))
    return bool(main_x * other_x + main_y * other_y >= 0)
