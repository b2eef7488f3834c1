"""How long a timetable gives its vehicles from stop to stop, by the hour at which a trip starts."""

from simulators.network.departures import HOUR_S
from simulators.network.line_plan import Mode, PlannedPattern

_BUS_MPS = ((0, 9.0), (6, 7.4), (7, 5.9), (9, 6.8), (16.5, 5.7), (19, 7.0), (21.5, 8.2), (24, 9.0))
_BUS_STOP_S = 17
_TRAIN_MPS = 15.5
_TRAIN_START_STOP_S = 22
TRAIN_DWELL_S = 30


def _bus_speed_mps(start_s: int) -> float:
    return next(speed for from_h, speed in reversed(_BUS_MPS) if start_s >= from_h * HOUR_S)


def time_calls(pattern: PlannedPattern, mode: Mode, start_s: int) -> list[tuple[int, int]]:
    """Arrival and departure at each call, seconds after the trip's start. Trains dwell, buses' times include it."""
    calls, at = [(0, 0)], 0.0
    for here, there in zip(pattern.progress_m, pattern.progress_m[1:], strict=False):
        if mode == "bus":
            at += (there - here) / _bus_speed_mps(start_s) + _BUS_STOP_S
            calls.append((round(at), round(at)))
        else:
            at += (there - here) / _TRAIN_MPS + _TRAIN_START_STOP_S
            calls.append((round(at), round(at) + TRAIN_DWELL_S))
            at += TRAIN_DWELL_S
    arrival = calls[-1][0]
    return [*calls[:-1], (arrival, arrival)]
