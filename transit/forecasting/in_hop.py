"""When a bus under way comes to its next stop."""

import math
from typing import Final

import numpy as np

from transit.forecasting.hop_seconds import bus_hop_s, own_pace_log
from transit.forecasting.spots import STANDS_MPS, note_spot, spot_error_s, spot_of
from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row, Rows

SPEED_MAX_MPS: Final = 15.0


@kernel
def bus_arrival(
    row: Row, vehicle: Row, way: "tuple[Row, ...]", learned: "tuple[Row, Rows]", at: "tuple[int, int]"
) -> float:
    """When a bus crosses the stop at a position, by its last report: that may be past.

    ``learned`` is (its memory, spots), ``at`` (position, now).
    """
    calls, pattern = way[0], way[1]
    memory, spots = learned
    position, now = at
    hop_s = bus_hop_s(way, position, float(now), (0.0, own_pace_log(vehicle, 0)))
    here_m = calls[pattern.call_first + position].progress_m
    length_m = here_m - calls[pattern.call_first + position - 1].progress_m
    left_m = here_m - row.progress_m
    left = min(max(left_m / max(length_m, 1.0), 0.0), 1.0)
    stood_s = float(vehicle.fix_time - vehicle.still_since) if vehicle.still_since != NEVER else 0.0
    hop = calls[pattern.call_first + position].hop
    spot = spot_of(left_m, np.float64(vehicle.speed_mps))
    arrival = vehicle.fix_time + max(_way_left_s(vehicle, hop_s, left, left_m, stood_s), 0.0)
    note_spot(memory, spot, vehicle.fix_time, arrival)
    return float(max(arrival + spot_error_s(spots, hop, spot), np.float64(vehicle.fix_time)))


@kernel
def _way_left_s(vehicle: Row, hop_s: float, left: float, left_m: float, stood_s: float) -> float:
    """Seconds from a bus's report to its next stop.

    Fitted by least absolute deviations on one route and checked on another. A stop is crossed when the bus leaves it,
    so part of the hop's time lies in its last metres; a bus that drives faster than on its last stretch comes sooner;
    one that has stood for a minute will stand on.
    """
    speed = float(vehicle.speed_mps)
    if math.isnan(speed):
        stop_s = min(16.0, 0.6 * hop_s)
        seconds = stop_s + (hop_s - stop_s) * left
        if stood_s > 0.0:
            return seconds + (9.0 if left_m > 40.0 else -1.5) + 0.6 * min(max(stood_s - 60.0, 0.0), 120.0)
        return seconds - 6.0 + 0.6 * min(max(float(vehicle.pace_mps) - 5.0, -5.0), 8.0)
    pace = min(max(float(vehicle.pace_mps), 0.0), SPEED_MAX_MPS)
    speed = min(max(speed, 0.0), SPEED_MAX_MPS)
    seconds = 10.8 + 0.74 * hop_s * left + 0.10 * hop_s - 2.0 * speed + 1.1 * pace
    seconds += (
        -15.0 * math.exp(-left_m / 30.0) - 2.4 * math.exp(-left_m / 100.0) + 1.5 * speed * math.exp(-left_m / 60.0)
    )
    if speed < STANDS_MPS:
        seconds += 3.6 - 4.6 * math.exp(-left_m / 40.0) + 0.66 * min(max(stood_s - 60.0, 0.0), 150.0)
    return seconds
