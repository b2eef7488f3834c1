"""How a bus that is early falls back on its time where its timetable marks no timepoints.

Drivers know where they must not be early, many timetables do not say where that is. If such places lie anywhere along
the way, a bus that is early loses what it is ahead of its time as a radioactive sample its mass: the share
1 - exp(-rate seconds) over so many seconds of driving. The rate is the line's, learned from how much longer than usual
its early buses take; of a line whose drivers do not care it stays about nought, and what chance makes of it is told
far ahead alone. Marked timepoints have a rule of their own (transit.tracking.holding).
"""

import math
from typing import Final

import numpy as np

from transit.tracking.hop_times import LEAST_S, expected_hop_log, present_theta, scheduled_hop_s, spread_of
from transit.tracking.kernels import kernel
from transit.tracking.opposite_hops import opposite_log
from transit.tracking.state import Row

EARLY_S: Final = 60.0
"""Who is less early than this shows nothing."""

STANDS_S: Final = 15.0
"""Who came to a stop would leave it so much later."""

SHRINK: Final = 15_000.0
MEMORY: Final = 2_000_000.0
"""Early seconds times seconds driven. Half of a rate is believed where so many stand behind it, as of three hops of a
minute by buses 80 s early; beyond the second older ones fade."""

MOST: Final = 1.0 / 60.0


@kernel
def due_at(run: Row, way: "tuple[Row, ...]", position: int) -> float:
    """When the timetable lets a run leave a call on its way (POSIX s); 0 at its ends and without a timetable."""
    if not run.scheduled or position < 1 or position >= way[1].call_count - 1:
        return 0.0
    return float(run.service_start + run.start_s + way[3][way[2].timing_first + position].departure_s)


@kernel
def learn_falling_back(vehicle: Row, way: "tuple[Row, ...]", position: int, seen: "tuple[float, float]") -> None:
    """A bus came to a call: if it was early at the one before, note how much longer than usual it took from there.

    ``seen`` is when it came to the one before (POSIX s) and the seconds from there. On a bus line ``hop`` of its row
    holds the rate (1/s) and what stands behind it; on a railway trains' own.
    """
    calls, pattern, line = way[0], way[1], way[6]
    came_at, took_s = seen
    row = pattern.call_first + position
    early_s = due_at(vehicle, way, position - 1) - came_at - STANDS_S
    if early_s < EARLY_S or calls[row - 1].timepoint != 0:
        return
    hop = way[4][calls[row].hop]
    scheduled_s = scheduled_hop_s(way[3], way[2].timing_first, position)
    length_m = float(calls[row].progress_m - calls[row - 1].progress_m)
    like = opposite_log(calls, way[4], line, row)
    usual_log = expected_hop_log(hop, line, (scheduled_s, length_m, like)) + present_theta(hop, came_at + took_s)
    usual_s = max(math.exp(usual_log + 0.5 * spread_of(line)), LEAST_S)
    lost_s = min(max(took_s - usual_s, -early_s), early_s)
    weight = min(np.float64(line.hop_count), MEMORY)
    behind = weight + early_s * usual_s
    line.hop_log = (weight * line.hop_log + lost_s) / behind
    line.hop_count = behind


@kernel
def _doubt(line: Row) -> float:
    """Standard error (1/s) of a line's rate: hops scatter by chance, and early buses' hops as all others do.

    A hop is taken to last as long as its bus is early, as it does within a factor of two: so what stands behind the
    rate tells how many were seen, and how long.
    """
    return math.sqrt(spread_of(line) / line.hop_count)


@kernel
def falls_back_s(run: Row, way: "tuple[Row, ...]", position: int, when: "tuple[float, float]") -> float:
    """Seconds of waiting expected between a call that a run could leave at a time and the next one.

    ``when`` is that time (POSIX s), and how far ahead it is: near by (0) only what is sure of the line's rate counts,
    for who is told too late a time misses the bus; far ahead (1) the rate that is likely.
    """
    line = way[6]
    if line.hop_log <= 0.0 or way[0][way[1].call_first + position].timepoint != 0:
        return 0.0
    departure, reach = when
    early_s = due_at(run, way, position) - departure
    if early_s <= 0.0:
        return 0.0
    sure = max(float(line.hop_log) - (1.0 - reach) * _doubt(line), 0.0)
    rate = min(sure * line.hop_count / (line.hop_count + SHRINK), MOST)
    driven_s = scheduled_hop_s(way[3], way[2].timing_first, position + 1)
    return float(early_s * (1.0 - math.exp(-rate * driven_s)))
