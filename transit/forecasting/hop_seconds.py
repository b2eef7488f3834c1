"""How long hops and dwells take: what was seen, shrunk to what the timetable and the distance let expect."""

import math
from typing import Final

import numpy as np

from transit.tracking.hop_times import (
    PACE_SHRINK,
    UNKNOWN_S,
    expected_hop_log,
    present_theta,
    prior_hop_log,
    scheduled_dwell_log,
    scheduled_hop_s,
    scheduled_run_s,
)
from transit.tracking.kernels import kernel
from transit.tracking.opposite_hops import opposite_log
from transit.tracking.state import NEVER, RECENT_PASSINGS, Row, Rows

HALF_VARIANCE_NEAR: Final = 0.4 * 0.35**2
HALF_VARIANCE_FAR: Final = 0.55 * 0.35**2
"""Of the variance of a bus hop's logarithm, added to it: of one skewed time the median errs least, of many summed the
mean."""

OWN_PACE_SHRINK: Final = 30.0
OWN_PACE_HOPS: Final = 12.0
"""A bus slower than usual on so many hops is believed half of it, and keeps it up over so many more."""

RUN_SHRINK: Final = 1.2
RUN_NEAR: Final = -0.2 * 0.2**2
RUN_FAR: Final = 0.5 * 0.2**2
FAR_S: Final = 600.0
"""A train's runs are skewed by holds: a little below the median errs least."""

DWELL_DEVIATION: Final = 0.4
DWELL_QUANTILE: Final = 0.4
DWELL_NEAR_Z: Final = -0.2533
DWELL_FAR_Z: Final = 0.1257
"""Where 40 and 55 % of a standard normal distribution lie below."""

SEEN_LATE_S: Final = 4.0
"""A departure is seen this much after it happened."""

HELD_AFTER: Final = 1.3
HELD_SHARE: Final = 0.35
"""Who stands longer than this many dwells is held, and will stand on for this share of what is over."""

LEAST_DWELL_S: Final = 5.0


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
    hop = hops[calls[row].hop]
    like = opposite_log(calls, hops, line, row)
    expected = expected_hop_log(hop, line, (scheduled_s, hop_length_m(way, position), like))
    skew = HALF_VARIANCE_NEAR + (HALF_VARIANCE_FAR - HALF_VARIANCE_NEAR) * far(slower[0])
    return math.exp(expected + present_theta(hop, entered) + skew + slower[1])


@kernel
def own_pace_log(vehicle: Row, hops_ahead: int) -> float:
    """What a bus's own pace on the hops behind it adds to the ln of the seconds of a hop so many further on."""
    slow = vehicle.slow_sum / (vehicle.slow_count + OWN_PACE_SHRINK)
    return float(slow * math.exp(-hops_ahead / OWN_PACE_HOPS))


@kernel
def median_log(passings: Rows, field_dwell: bool) -> "tuple[float, int]":
    """The median of ln(seconds) of the last vehicles on a hop, their run or the dwell before it; and how many."""
    values = np.empty(RECENT_PASSINGS)
    count = 0
    for i in range(RECENT_PASSINGS):
        if passings[i].at == NEVER:
            continue
        seconds = passings[i].dwell_s if field_dwell else passings[i].run_s
        if field_dwell and seconds == UNKNOWN_S:
            continue
        values[count] = math.log(max(LEAST_DWELL_S, float(seconds)))
        count += 1
    if count == 0:
        return 0.0, 0
    return float(np.median(values[:count])), count


@kernel
def run_s(way: "tuple[Row, ...]", position: int, ahead_s: float) -> float:
    """Seconds from departure to arrival for a train's hop that ends at a position and is entered so far ahead."""
    passings, line = way[5], way[6]
    call = way[0][way[1].call_first + position]
    prior = prior_hop_log(line, scheduled_run_s(call), 0.0)
    seen, count = median_log(passings[call.hop], False)
    return math.exp(
        (count * seen + RUN_SHRINK * prior) / (count + RUN_SHRINK) + RUN_NEAR + (RUN_FAR - RUN_NEAR) * far(ahead_s)
    )


@kernel
def dwell_log(way: "tuple[Row, ...]", position: int) -> float:
    """The middle of ln(seconds) that trains stand at a position."""
    calls, pattern, passings, line = way[0], way[1], way[5], way[6]
    usual = scheduled_dwell_log(calls[pattern.call_first + position])
    usual += line.dwell_log * line.dwell_count / (line.dwell_count + PACE_SHRINK)
    if position + 1 >= pattern.call_count:
        return float(usual)
    seen, count = median_log(passings[calls[pattern.call_first + position + 1].hop], True)
    return float((count * seen + RUN_SHRINK * usual) / (count + RUN_SHRINK))


@kernel
def dwell_s(way: "tuple[Row, ...]", position: int, ahead_s: float) -> float:
    """Seconds a train will stand at a position that it reaches so far ahead."""
    z = DWELL_NEAR_Z + (DWELL_FAR_Z - DWELL_NEAR_Z) * far(ahead_s)
    return math.exp(dwell_log(way, position) + DWELL_DEVIATION * z)


@kernel
def dwell_left_s(way: "tuple[Row, ...]", position: int, stood_s: float) -> float:
    """Seconds a train will yet stand at a position, having stood so long.

    Dwells are lognormal about the stop's own; of those at least as long as has been stood, the quantile that errs
    least.
    """
    middle = dwell_log(way, position)
    passed = max(stood_s - SEEN_LATE_S, 0.1)
    below = min(normal_share((math.log(passed) - middle) / DWELL_DEVIATION), 0.995)
    wanted = math.exp(middle + DWELL_DEVIATION * normal_quantile(below + DWELL_QUANTILE * (1.0 - below)))
    return max(wanted - stood_s, HELD_SHARE * (stood_s - HELD_AFTER * math.exp(middle)))


@kernel
def far(ahead_s: float) -> float:
    """0 for what is next to 1 for what is far: of one skewed time the median errs least, of many summed the mean."""
    return min(max(ahead_s / FAR_S, 0.0), 1.0)


@kernel
def normal_share(z: float) -> float:
    """Share of a standard normal distribution below ``z``."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@kernel
def normal_quantile(share: float) -> float:
    """Where that share of a standard normal distribution lies below (bisection: 24 steps give 1e-6)."""
    low, high = -6.0, 6.0
    for _ in range(24):
        middle = 0.5 * (low + high)
        if normal_share(middle) < share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
