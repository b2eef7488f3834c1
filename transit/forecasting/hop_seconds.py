"""How long a bus's hops take: what was seen, shrunk to what the timetable and the distance let expect."""

import math
from typing import Final

import numpy as np

from transit.tracking.hop_times import SHRINK, SPREAD_USUAL, expected_hop_log, present_theta, scheduled_hop_s, spread_of
from transit.tracking.kernels import kernel
from transit.tracking.opposite_hops import opposite_log
from transit.tracking.state import Row
from transit.tracking.timetable_pace import pace_turn_log

HALF_VARIANCE_NEAR: Final = 0.4 * 0.35**2
HALF_VARIANCE_FAR: Final = 0.52 * 0.35**2
"""Of the variance of a bus hop's logarithm, added to it: of one skewed time the median errs least, of many summed the
mean. So much on a line of usual spread; on one whose hops scatter less, less."""

FAR_S: Final = 600.0

OWN_PACE_SHRINK: Final = 30.0
OWN_PACE_HOPS: Final = 12.0
"""A bus slower than usual on so many hops is believed half of it, and keeps it up over so many more."""

_KEPT_UP_HOPS: Final = 256
_KEPT_UP: Final = np.array([math.exp(-hops / OWN_PACE_HOPS) for hops in range(_KEPT_UP_HOPS)])
"""Which part of its own pace a bus keeps up so many hops further on; beyond, nothing that would show in a second."""


@kernel
def hop_length_m(way: "tuple[Row, ...]", position: int) -> float:
    """Metres of the hop that ends at a position."""
    first = way[1].call_first + position
    return float(way[0][first].progress_m - way[0][first - 1].progress_m)


@kernel
def bus_hop_s(way: "tuple[Row, ...]", position: int, entered: float, slower: "tuple[float, float]") -> float:
    """Seconds from arrival to arrival for the hop that ends at a position, entered at that time.

    ``slower`` is how far ahead (s) that is, and what the bus's own pace adds to the ln.
    """
    calls, pattern, trip, timings, hops, line = way[0], way[1], way[2], way[3], way[4], way[6]
    row = pattern.call_first + position
    scheduled_s = scheduled_hop_s(timings, trip.timing_first, position)
    hop, past = hops[calls[row].hop], way[7][calls[row].hop]
    like = opposite_log(calls, hops, line, row)
    expected = expected_hop_log(hop, line, (scheduled_s, hop_length_m(way, position), like))
    reach = far(slower[0])
    expected += pace_turn_log(hop, trip, reach)
    if past.weight > 0.0:
        today = hop.count + SHRINK
        expected = (today * expected + past.weight * past.both_log) / (today + past.weight)
    skew = HALF_VARIANCE_NEAR + (HALF_VARIANCE_FAR - HALF_VARIANCE_NEAR) * reach
    skew *= min(spread_of(line) / SPREAD_USUAL, 1.0)
    return math.exp(expected + present_theta(hop, entered) + skew + slower[1])


@kernel
def own_pace_log(vehicle: Row, hops_ahead: int) -> float:
    """What a bus's own pace on the hops behind it adds to the ln of the seconds of a hop so many further on."""
    slow = vehicle.slow_sum / (vehicle.slow_count + OWN_PACE_SHRINK)
    return float(slow * (_KEPT_UP[hops_ahead] if hops_ahead < _KEPT_UP_HOPS else 0.0))


@kernel
def far(ahead_s: float) -> float:
    """0 for what is next to 1 for what is far: of one skewed time the median errs least, of many summed the mean."""
    return min(max(ahead_s / FAR_S, 0.0), 1.0)
