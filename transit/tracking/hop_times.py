"""What vehicles needed for each hop, learned as they pass: a weighted mean of ln(seconds) and the last few themselves.

A hop's time runs from arrival to arrival, dwell included, save from a pattern's first stop, where it runs from the
departure: what a vehicle waits there belongs to the terminal, not to the way.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.kernels import kernel
from transit.tracking.state import RECENT_LAGS, RECENT_PASSINGS, SPREAD_PARTS, Row, Rows

HOP_MEMORY: Final = 10.0
"""Weight at which a hop's older passings begin to fade: an afternoon is no morning."""

LINE_MEMORY: Final = 1000.0
PACE_SHRINK: Final = 20.0
"""So many hops must be seen for half of a line's pace to be believed."""
PACE_SURPRISE: Final = 0.7

PRIOR_BASE: Final = -0.14
"""With the halves of timetable and distance: ln s = -0.14 + 0.5 ln scheduled + 0.37 ln metres (least squares)."""

SHRINK: Final = 1.2
"""So many passings is the prior worth."""

TAU_S: Final = 1380.0
"""A hop's slowness fades to 1/e over 23 minutes (marginal likelihood)."""

OU_Q: Final = 0.025
OU_R: Final = 0.075
"""Variances of ln(seconds): of traffic that lasts, and of what each vehicle meets alone."""

SPREAD_USUAL: Final = 0.125
"""Variance of ln(seconds) of a bus's hop about what is expected of it: a little under Washington's .13."""
SPREAD_WEIGHT: Final = 100.0

_SURPRISE_MAX: Final = 0.875
"""A hop time further from what was known than this factor's logarithm is cut back to it: an incident is no habit."""

_SECONDS_MAX: Final = 65_534
UNKNOWN_S: Final = 65_535
"""Stands for a dwell that was not seen whole."""

DWELL_LEAST_S: Final = 10.0
DWELL_MOST_S: Final = 180.0
DWELL_USUAL_S: Final = 35.0
WAIT_LEAST_S: Final = 240.0
"""Scheduled dwells of more than this are waits of some trips for their time: no train under way stands them."""

LEAST_S: Final = 5.0


@kernel
def scheduled_hop_s(timings: Rows, first: int, position: int) -> float:
    """Scheduled seconds for the hop that ends at ``position``, dwell included as in learned times."""
    start = timings[first + position - 1].departure_s if position == 1 else timings[first + position - 1].arrival_s
    return max(LEAST_S, float(timings[first + position].arrival_s - start))


@kernel
def scheduled_run_s(call: Row) -> float:
    """Seconds that the timetable lets trains run to a call from the one before, usually."""
    return max(LEAST_S, float(call.usual_run_s))


@kernel
def scheduled_dwell_log(call: Row) -> float:
    """The ln of the seconds that the timetable lets trains stand at a call; what is usual where it lets none."""
    dwell_s = float(call.usual_dwell_s)
    return math.log(dwell_s if DWELL_LEAST_S <= dwell_s <= DWELL_MOST_S else DWELL_USUAL_S)


@kernel
def scheduled_total_s(back: Row, call: Row) -> float:
    """Seconds that the timetable lets trains take from arrival at one call to arrival at the next, usually."""
    dwell_s = float(back.usual_dwell_s)
    return max(LEAST_S, (dwell_s if dwell_s <= WAIT_LEAST_S else DWELL_USUAL_S) + float(call.usual_run_s))


@kernel
def learn_total(line: Row, took_s: float, scheduled_s: float) -> None:
    """Take in how a train's dwell and run together stand to the timetable's."""
    surprise = min(max(math.log(max(took_s, LEAST_S) / scheduled_s), -PACE_SURPRISE), PACE_SURPRISE)
    weight = min(line.hop_count, LINE_MEMORY - 1.0)
    line.hop_log = (weight * line.hop_log + surprise) / (weight + 1.0)
    line.hop_count = weight + 1.0


@kernel
def prior_hop_log(line: Row, scheduled_s: float, length_m: float) -> float:
    """The ln of the seconds of a hop nobody was seen on: timetable and distance, at the line's usual pace."""
    base = math.log(scheduled_s)
    if length_m > 1.0:
        base = PRIOR_BASE + 0.5 * base + 0.37 * math.log(length_m)
    return float(base + pace_log(line))


@kernel
def pace_log(line: Row) -> float:
    """How much slower (ln) the line is than its timetable, believed as far as hops stand behind it."""
    return float(line.pace_log * line.pace_count / (line.pace_count + PACE_SHRINK))


def usual_hop_logs(run_s: npt.NDArray[np.float64], length_m: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The ln of the seconds that timetable and distance let expect, as ``prior_hop_log`` does, at an even pace."""
    by_time = np.log(np.maximum(run_s, LEAST_S))
    by_both = PRIOR_BASE + 0.5 * by_time + 0.37 * np.log(np.maximum(length_m, 1.0))
    return np.asarray(np.where(length_m > 1.0, by_both, by_time))


@kernel
def expected_hop_log(hop: Row, line: Row, way: "tuple[float, float, float]") -> float:
    """The ln of the seconds expected for a hop: what was seen, shrunk to the timetable at the line's present pace.

    ``way`` is its scheduled seconds, its metres, and what similar hops add to the ln.
    """
    prior = prior_hop_log(line, way[0], way[1]) + way[2]
    return float((hop.count * hop.mean_log + SHRINK * prior) / (hop.count + SHRINK))


@kernel
def present_theta(hop: Row, at: float) -> float:
    """How much slower (ln) the hop is than usual, fading with the time since somebody was seen on it."""
    if hop.at == 0:
        return 0.0
    return float(hop.theta * math.exp(-max(at - hop.at, 0.0) / TAU_S))


@kernel
def spread_of(line: Row) -> float:
    """Variance of ln(seconds) of a bus's hop, or a train's run, about what is expected of it."""
    return line.spread / SPREAD_PARTS if line.spread > 0 else SPREAD_USUAL


@kernel
def learn_hop(
    hop: Row, passings: Rows, line: Row, way: "tuple[float, float, float, float]", seen: "tuple[int, float, int, int]"
) -> float:
    """Take in one vehicle's hop; returns how much slower (ln) it was than the hop is at present.

    ``way`` is its scheduled seconds, its metres (0: by the timetable alone), what similar hops add to the ln, and the
    ln of the dwell before as scheduled; ``seen`` when it arrived, the seconds that the schedule speaks of, the seconds
    on the way and those of dwell before.
    """
    at, took_s, run_s, dwell_s = seen
    scheduled_s, length_m, like, scheduled_dwell = way
    took_log = math.log(max(LEAST_S, took_s))
    known = expected_hop_log(hop, line, (scheduled_s, length_m, like))
    surprise = min(max(took_log - known, -_SURPRISE_MAX), _SURPRISE_MAX)
    took_log = known + surprise
    weight = min(hop.count, HOP_MEMORY - 1.0)
    hop.mean_log = (weight * hop.mean_log + took_log) / (weight + 1.0)
    hop.count = weight + 1.0
    paced = min(line.pace_count, LINE_MEMORY - 1.0)
    usual = took_log - prior_hop_log(line, scheduled_s, length_m) + pace_log(line)
    line.pace_log = (paced * line.pace_log + usual) / (paced + 1.0)
    line.pace_count = paced + 1.0
    slower = surprise - present_theta(hop, float(at))
    known_spread = min(line.pace_count + SPREAD_WEIGHT, LINE_MEMORY - 1.0)
    spread = (known_spread * spread_of(line) + slower * slower) / (known_spread + 1.0)
    line.spread = int(max(1.0, min(spread, 1.0) * SPREAD_PARTS + 0.5))
    _learn_theta(hop, at, took_s, surprise)
    for i in range(RECENT_PASSINGS - 1, 0, -1):
        passings[i].at = passings[i - 1].at
        passings[i].run_s = passings[i - 1].run_s
        passings[i].dwell_s = passings[i - 1].dwell_s
    passings[0].at = at
    passings[0].run_s = min(run_s, _SECONDS_MAX)
    passings[0].dwell_s = dwell_s if dwell_s == UNKNOWN_S else min(dwell_s, _SECONDS_MAX)
    if dwell_s != UNKNOWN_S:
        stood = min(line.dwell_count, LINE_MEMORY - 1.0)
        line.dwell_log = (stood * line.dwell_log + math.log(max(LEAST_S, float(dwell_s))) - scheduled_dwell) / (
            stood + 1.0
        )
        line.dwell_count = stood + 1.0
    return slower


@kernel
def _learn_theta(hop: Row, at: int, took_s: float, surprise: float) -> None:
    """Move the hop's present slowness on: an Ornstein-Uhlenbeck state seen through noise (ETA.md 6.2)."""
    fade = math.exp(-max(at - hop.at, 0.0) / TAU_S) if hop.at else 0.0
    theta = hop.theta * fade
    spread = hop.theta_var * fade * fade + OU_Q * (1.0 - fade * fade)
    gain = spread / (spread + OU_R + (7.0 / max(7.0, took_s)) ** 2)
    hop.theta = theta + gain * (surprise - theta)
    hop.theta_var = (1.0 - gain) * spread
    hop.at = at


@kernel
def learn_lag(lags: Rows, at: int, lag_s: int) -> None:
    """Take in one departure from a first stop: how long after its time it left."""
    for i in range(RECENT_LAGS - 1, 0, -1):
        lags[i].at = lags[i - 1].at
        lags[i].lag_s = lags[i - 1].lag_s
    lags[0].at = at
    lags[0].lag_s = lag_s
