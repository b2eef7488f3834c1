"""How long trains run and stand: what the last trains took and the timetable at the line's present pace agree on.

Run and dwell are kept apart where it counts how long a train has stood; further on only their sum does, which is known
far better where reports are few.
"""

import math
from typing import Final

import numpy as np

from transit.forecasting.last_trains import WORTH, agreed_log
from transit.tracking.hop_times import (
    PACE_SHRINK,
    UNKNOWN_S,
    prior_hop_log,
    scheduled_dwell_log,
    scheduled_run_s,
    scheduled_total_s,
    spread_of,
)
from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.state import NEVER, RECENT_PASSINGS, Row, Rows

PRIOR_WEIGHT: Final = 1.2
"""So many trains is the timetable worth."""

DAYS_WEIGHT: Final = 4.0
"""All earlier days together are worth no more than all of today's last trains: no day is the mean of others."""

NEAR: Final = -0.02
FAR: Final = 0.02
FAR_S: Final = 300.0
"""Times are skewed by holds: for one hop a little below the middle (ln) errs least, for many summed the mean."""

OWN_PACE_SHRINK: Final = 20.0
OWN_PACE_HOPS: Final = 20.0
"""A train slower than others on so many hops is believed half of it, and keeps it up over so many more."""

OWN_SURPRISE: Final = 0.25
"""Of one hop a train's own pace takes in no more than this (ln)."""

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

DWELL_MOST_SHARE: Final = 0.8
"""Of the time from arrival to arrival a train stands for no more than this."""

LEAST_DWELL_S: Final = 5.0
RUN, DWELL, BOTH = 0, 1, 2


@array_kernel
def recent_log(passings: Rows, known: "tuple[Row, Row]", part: int, timetable: float, newest: int = 0) -> float:
    """ln(seconds) that a hop's last trains, earlier days and the timetable agree on: RUN, the DWELL before it, or BOTH.

    ``known`` is what earlier days taught of the hop, and the line; ``newest`` the first of the trains that counts.
    """
    past, line = known
    values, weights = np.empty(RECENT_PASSINGS + 2), np.empty(RECENT_PASSINGS + 2)
    count = 0
    for i in range(newest, RECENT_PASSINGS):
        seen = passings[i]
        if seen.at == NEVER or (part != RUN and seen.dwell_s == UNKNOWN_S):
            continue
        seconds = float(seen.run_s) if part != DWELL else 0.0
        if part != RUN:
            seconds += float(seen.dwell_s)
        values[count], weights[count] = math.log(max(LEAST_DWELL_S, seconds)), WORTH[count]
        count += 1
    days = past.dwell_weight if part == DWELL else past.weight
    if days > 0.0:
        values[count] = past.run_log if part == RUN else past.dwell_log if part == DWELL else past.both_log
        weights[count] = min(days, DAYS_WEIGHT)
        count += 1
    if count == 0:
        return timetable
    values[count], weights[count] = timetable, PRIOR_WEIGHT
    # how far a line's runs lie apart is learned: on tracks of their own little, where reports are a minute apart much
    variance = DWELL_DEVIATION * DWELL_DEVIATION if part == DWELL else spread_of(line)
    return agreed_log(values, weights, count + 1, variance)


@kernel
def run_s(way: "tuple[Row, ...]", position: int, ahead_s: float) -> float:
    """Seconds from departure to arrival for a train's hop that ends at a position and is entered so far ahead."""
    passings, line = way[5], way[6]
    call = way[0][way[1].call_first + position]
    prior = prior_hop_log(line, scheduled_run_s(call), 0.0)
    middle = recent_log(passings[call.hop], (way[7][call.hop], line), RUN, prior)
    return math.exp(middle + NEAR + (FAR - NEAR) * far(ahead_s))


@kernel
def train_hop_s(way: "tuple[Row, ...]", position: int, ahead_s: float) -> float:
    """Seconds from arrival to arrival for a train's hop that ends at a position and is entered so far ahead."""
    middle = usual_hop_log(way, position, 0)
    return math.exp(middle + NEAR + (FAR - NEAR) * far(ahead_s))


@kernel
def usual_hop_log(way: "tuple[Row, ...]", position: int, newest: int) -> float:
    """ln(seconds) from arrival to arrival for the hop that ends at a position, of the trains from ``newest`` on."""
    passings, line = way[5], way[6]
    first = way[1].call_first + position
    prior = math.log(scheduled_total_s(way[0][first - 1], way[0][first]))
    prior += line.hop_log * line.hop_count / (line.hop_count + PACE_SHRINK)
    hop = way[0][first].hop
    return recent_log(passings[hop], (way[7][hop], line), BOTH, prior, newest)


@kernel
def note_pace(vehicle: Row, way: "tuple[Row, ...]") -> None:
    """A train came to a call: remember how much slower (ln) it was on the hop than those before it."""
    hop = way[0][way[1].call_first + vehicle.arrived].hop
    if hop < 0:
        return
    own = way[5][hop][0]
    if own.at != vehicle.arrived_time or own.dwell_s == UNKNOWN_S:
        return
    took_log = math.log(max(LEAST_DWELL_S, float(own.run_s) + float(own.dwell_s)))
    slower = took_log - usual_hop_log(way, vehicle.arrived, 1)
    vehicle.slow_sum += min(max(slower, -OWN_SURPRISE), OWN_SURPRISE)
    vehicle.slow_count += 1.0


@kernel
def train_pace_log(vehicle: Row, hops_ahead: int) -> float:
    """What a train's own pace on the hops behind it adds to the ln of the seconds of a hop so many further on."""
    slow = vehicle.slow_sum / (vehicle.slow_count + OWN_PACE_SHRINK)
    return float(slow * math.exp(-hops_ahead / OWN_PACE_HOPS))


@kernel
def dwell_log(way: "tuple[Row, ...]", position: int) -> float:
    """The middle of ln(seconds) that trains stand at a position."""
    calls, pattern, passings, line = way[0], way[1], way[5], way[6]
    usual = scheduled_dwell_log(calls[pattern.call_first + position])
    usual += line.dwell_log * line.dwell_count / (line.dwell_count + PACE_SHRINK)
    if position + 1 >= pattern.call_count:
        return float(usual)
    hop = calls[pattern.call_first + position + 1].hop
    return recent_log(passings[hop], (way[7][hop], line), DWELL, float(usual))


@kernel
def dwell_s(way: "tuple[Row, ...]", position: int, ahead_s: float) -> float:
    """Seconds a train will stand at a position that it reaches so far ahead; it leaves time for the way to the next."""
    z = DWELL_NEAR_Z + (DWELL_FAR_Z - DWELL_NEAR_Z) * far(ahead_s)
    stands_s = math.exp(dwell_log(way, position) + DWELL_DEVIATION * z)
    if position + 1 >= way[1].call_count:
        return stands_s
    return min(stands_s, DWELL_MOST_SHARE * train_hop_s(way, position + 1, ahead_s))


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
