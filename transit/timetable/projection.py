"""Where along a shape a pattern's stops lie: monotone offsets that keep the stops as near to the shape as can be.

A shape may cross itself, repeat a street or come back to where it began, so each stop has several near places. The
sequence is chosen as a whole by dynamic programming: the sum of squared distances is least among all sequences in which
every stop lies at least ``GAP_M`` beyond the one before.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Floats

GAP_M: Final = 1.0
"""Two calls of a pattern are never at the same progress."""
PIECE_M: Final = 25.0
"""A stop has one place on each piece of the shape, so pieces are short."""
PIECES_MAX: Final = 6000
NEAR_TRAVELED_M: Final = 50.0
"""How far shape_dist_traveled may be from the geometry; beyond, it is not believed."""
TIMETABLE_WEIGHT: Final = 1e-5
"""Tells two passes of one street apart where the stop is as near to both: a kilometre astray weighs like 3 m beside it.
Too little to move a stop along its street: 2 cm for that kilometre."""

_Rows = npt.NDArray[np.intp]


class Track(NamedTuple):
    """A shape on a plane: its points and their metres along it."""

    x: Floats
    y: Floats
    progress_m: Floats


class Places(NamedTuple):
    """Where stops lie along a shape, and how far beside it (metres)."""

    progress_m: Floats
    offset_m: Floats


class _Candidates(NamedTuple):
    """For each stop (row) and piece (column) the nearest place: metres along, which ascend, and squared distance."""

    progress_m: Floats
    squared_m2: Floats


class Hints(NamedTuple):
    """What else is known about where stops lie along a shape (metres), NaN where nothing is.

    ``traveled_m`` is what the feed says: believed within ``NEAR_TRAVELED_M`` if the shape passes as near to the stops
    there as it does anywhere, give or take as much. ``timed_m`` is where even travel by the timetable would put them.
    """

    traveled_m: Floats | None = None
    timed_m: Floats | None = None


NO_HINTS: Final = Hints()


def place_stops(track: Track, x: Floats, y: Floats, hints: Hints = NO_HINTS) -> Places | None:
    """Place stops along a shape; ``None`` if it is too short to hold them in order."""
    candidates = _candidates(_pieces(track, stops=len(x)), x, y)
    if hints.traveled_m is not None:
        candidates = _believed(candidates, hints.traveled_m)
    weighed = candidates
    if hints.timed_m is not None:
        astray_m = np.nan_to_num(candidates.progress_m - hints.timed_m[:, None])
        weighed = candidates._replace(squared_m2=candidates.squared_m2 + TIMETABLE_WEIGHT * astray_m**2)
    chosen = _cheapest_ascent(weighed)
    if chosen is None:
        return None
    rows = np.arange(len(x))
    return Places(candidates.progress_m[rows, chosen], np.sqrt(candidates.squared_m2[rows, chosen]))


def nearest_places(track: Track, x: Floats, y: Floats) -> Places:
    """Where the shape is nearest to each place, each for itself."""
    candidates = _candidates(track, x, y)
    rows, nearest = np.arange(len(x)), candidates.squared_m2.argmin(axis=1)
    return Places(candidates.progress_m[rows, nearest], np.sqrt(candidates.squared_m2[rows, nearest]))


def _pieces(track: Track, stops: int) -> Track:
    """The same shape in pieces short enough to tell neighbouring stops apart, whatever their number."""
    length_m = track.progress_m[-1]
    piece_m = max(min(PIECE_M, length_m / (4 * stops)), length_m / PIECES_MAX)
    counts = np.maximum(np.ceil(np.diff(track.progress_m) / piece_m).astype(np.int64), 1)
    start = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[start]
    columns = (np.append(column[start] + part * np.diff(column)[start], column[-1]) for column in track)
    return Track(*columns)


def _candidates(track: Track, x: Floats, y: Floats) -> _Candidates:
    way_x, way_y = np.diff(track.x), np.diff(track.y)
    squared = np.maximum(way_x * way_x + way_y * way_y, 1e-12)
    from_x, from_y = x[:, None] - track.x[:-1], y[:, None] - track.y[:-1]
    along = np.clip((from_x * way_x + from_y * way_y) / squared, 0, 1)
    squared_m2 = (from_x - along * way_x) ** 2 + (from_y - along * way_y) ** 2
    return _Candidates(track.progress_m[:-1] + along * np.diff(track.progress_m), squared_m2)


def _believed(candidates: _Candidates, traveled_m: Floats) -> _Candidates:
    """Only the places near ``traveled_m``, if all of it agrees with the geometry; else all of them."""
    known = np.isfinite(traveled_m)
    if not known.any() or not (np.diff(traveled_m[known]) > 0).all():
        return candidates
    far = known[:, None] & (np.abs(candidates.progress_m - np.where(known, traveled_m, 0)[:, None]) > NEAR_TRAVELED_M)
    near_m = np.sqrt(np.where(far, np.inf, candidates.squared_m2).min(axis=1))
    if not (near_m <= np.sqrt(candidates.squared_m2.min(axis=1)) + NEAR_TRAVELED_M).all():
        return candidates
    return _Candidates(candidates.progress_m, np.where(far, np.inf, candidates.squared_m2))


def _cheapest_ascent(candidates: _Candidates) -> _Rows | None:
    """For each stop its piece, so that progress ascends by ``GAP_M`` and the squared distances sum to the least."""
    stops, pieces = candidates.squared_m2.shape
    cost = candidates.squared_m2[0]
    came_from = np.zeros((stops, pieces), np.intp)
    for stop in range(1, stops):
        cheapest = _running_argmin(cost)
        before = np.searchsorted(candidates.progress_m[stop - 1], candidates.progress_m[stop] - GAP_M, side="right")
        came_from[stop] = cheapest[before - 1]
        reachable = np.where(before > 0, cost[came_from[stop]], np.inf)
        cost = reachable + candidates.squared_m2[stop]
    return _trace_back(cost, came_from)


def _running_argmin(cost: Floats) -> _Rows:
    """Up to each place the first of the cheapest."""
    lowest = np.minimum.accumulate(cost)
    falls = np.empty(len(cost), np.bool_)
    falls[0] = True
    falls[1:] = lowest[1:] < lowest[:-1]
    return np.maximum.accumulate(np.where(falls, np.arange(len(cost)), 0))


def _trace_back(cost: Floats, came_from: _Rows) -> _Rows | None:
    last = int(np.argmin(cost))
    if not np.isfinite(cost[last]):
        return None
    chosen = np.empty(len(came_from), np.intp)
    for stop in range(len(came_from) - 1, -1, -1):
        chosen[stop] = last
        last = came_from[stop, last]
    return chosen
