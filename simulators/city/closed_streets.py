"""Streets that are closed for hours of a day: buses go around them and leave out the stops there."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_uniform
from simulators.city.conditions import Conditions
from transit.timetable.compiled import Floats, Timetable

Rows = npt.NDArray[np.int64]
_M_PER_DEG: Final = 111_194.9
_REACH_M: Final = 150.0
"""Both kerbs of a street, and what stands around its corner."""
_EARLIEST_S, _SPREAD_S = 6.5 * 3600, 9.0 * 3600
_LASTS_S, _LASTS_MORE_S = 1.5 * 3600, 2.5 * 3600
NOWHERE: Final = -1


class ClosedStreets(NamedTuple):
    """For each stop from when until when no bus can come to it, seconds of the service day.

    An open stop has infinity and minus infinity. ``around`` is the stop (row) in the middle of what is closed,
    ``NOWHERE`` for an open one.
    """

    from_s: Floats
    until_s: Floats
    around: Rows


def close_streets(seed: int, conditions: Conditions, timetable: Timetable) -> ClosedStreets:
    """Draw the day's closures: a part of the stops, each with those within ``_REACH_M`` of it."""
    count = len(timetable.stop_id)
    closed = ClosedStreets(np.full(count, np.inf), np.full(count, -np.inf), np.full(count, NOWHERE, np.int64))
    called = np.unique(timetable.call_stop).astype(np.int64)
    struck = called[draw_uniform(seed, called, 145) < conditions.closed_ratio]
    for stop in struck.tolist():
        begins = _EARLIEST_S + _SPREAD_S * float(draw_uniform(seed, stop, 146))
        lasts = _LASTS_S + _LASTS_MORE_S * float(draw_uniform(seed, stop, 147))
        north = (timetable.stop_latitude - timetable.stop_latitude[stop]) * _M_PER_DEG
        wide = np.cos(np.radians(timetable.stop_latitude[stop]))
        east = (timetable.stop_longitude - timetable.stop_longitude[stop]) * _M_PER_DEG * wide
        near = (np.hypot(north, east) <= _REACH_M) & (closed.around == NOWHERE)
        closed.from_s[near], closed.until_s[near], closed.around[near] = begins, begins + lasts, stop
    return closed


def is_closed(closed: ClosedStreets, stop: Rows, since_s: Floats) -> npt.NDArray[np.bool_]:
    """Whether a bus that comes to each of ``stop`` at that second of the service day finds it closed."""
    return np.asarray((closed.from_s[stop] <= since_s) & (since_s < closed.until_s[stop]))
