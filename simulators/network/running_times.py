"""How long a timetable gives its vehicles from stop to stop, by the hour at which a trip starts."""

from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise

from simulators.network.departures import HOUR_S
from simulators.network.line_plan import Mode, PlannedPattern

Calls = tuple[tuple[int, int], ...]
"""Arrival and departure at each call, seconds after the trip's start."""

_BUS_MPS = ((0, 9.0), (6, 7.4), (7, 5.9), (9, 6.8), (16.5, 5.7), (19, 7.0), (21.5, 8.2), (24, 9.0))
_FROM_S, _SPEEDS = [hour * HOUR_S for hour, _ in _BUS_MPS], [speed for _, speed in _BUS_MPS]
_BUS_STOP_S = 17
_TRAIN_MPS = 15.5
_TRAIN_START_STOP_S = 22
TRAIN_DWELL_S = 30


def _bus_speed_mps(start_s: int) -> float:
    return _SPEEDS[bisect_right(_FROM_S, start_s) - 1]


def time_calls(pattern: PlannedPattern, mode: Mode, start_s: int) -> Calls:
    """When a trip that starts at ``start_s`` makes its calls. Trains dwell, buses' times include it."""
    return _time_calls(pattern.progress_m, mode, _bus_speed_mps(start_s) if mode == "bus" else _TRAIN_MPS)


@lru_cache(maxsize=64)
def _time_calls(progress_m: tuple[float, ...], mode: Mode, speed_mps: float) -> Calls:
    """A line's trips of one hour share their calls: a large city has millions of them."""
    lost_s, dwell_s = (_BUS_STOP_S, 0) if mode == "bus" else (_TRAIN_START_STOP_S, TRAIN_DWELL_S)
    calls, at = [(0, 0)], 0.0
    for here, there in pairwise(progress_m):
        at += (there - here) / speed_mps + lost_s
        calls.append((round(at), round(at) + dwell_s))
        at += dwell_s
    arrival = calls[-1][0]
    return (*calls[:-1], (arrival, arrival))
