"""What vehicles needed for each hop, learned as they pass: a weighted mean of ln(seconds) and the last few themselves.

A hop's time runs from arrival to arrival, dwell included, save from a pattern's first stop, where it runs from the
departure: what a vehicle waits there belongs to the terminal, not to the way.
"""

import math
from typing import Final

from transit.tracking.kernels import kernel
from transit.tracking.state import RECENT_LAGS, RECENT_PASSINGS, Row, Rows

HOP_MEMORY: Final = 20.0
"""Weight at which a hop's older passings begin to fade."""

LINE_MEMORY: Final = 200.0

_SURPRISE_MAX: Final = 1.0
"""A hop time further from what was known than this factor's logarithm is cut back to it: an incident is no habit."""

_SECONDS_MAX: Final = 65_535
_SECONDS_MIN: Final = 5.0


@kernel
def scheduled_hop_s(timings: Rows, first: int, position: int) -> float:
    """Scheduled seconds for the hop that ends at ``position``, dwell included as in learned times."""
    start = timings[first + position - 1].departure_s if position == 1 else timings[first + position - 1].arrival_s
    return max(_SECONDS_MIN, float(timings[first + position].arrival_s - start))


@kernel
def expected_hop_log(hop: Row, line: Row, scheduled_s: float) -> float:
    """The ln of the seconds expected for a hop: what was seen, shrunk to the timetable at the line's present pace."""
    prior = math.log(scheduled_s) + line.pace_log * line.pace_count / (line.pace_count + 10.0)
    return float((hop.count * hop.mean_log + 0.6 * prior) / (hop.count + 0.6))


@kernel
def learn_hop(hop: Row, passings: Rows, line: Row, scheduled_s: float, seen: "tuple[int, int, int]") -> None:
    """Take in one vehicle's hop: ``seen`` is (when it arrived, seconds on the way, seconds of dwell before)."""
    at, run_s, dwell_s = seen
    took_log = math.log(max(_SECONDS_MIN, float(run_s + dwell_s)))
    known = expected_hop_log(hop, line, scheduled_s)
    took_log = min(max(took_log, known - _SURPRISE_MAX), known + _SURPRISE_MAX)
    weight = min(hop.count, HOP_MEMORY - 1.0)
    hop.mean_log = (weight * hop.mean_log + took_log) / (weight + 1.0)
    hop.count = weight + 1.0
    paced = min(line.pace_count, LINE_MEMORY - 1.0)
    line.pace_log = (paced * line.pace_log + took_log - math.log(scheduled_s)) / (paced + 1.0)
    line.pace_count = paced + 1.0
    for i in range(RECENT_PASSINGS - 1, 0, -1):
        passings[i].at = passings[i - 1].at
        passings[i].run_s = passings[i - 1].run_s
        passings[i].dwell_s = passings[i - 1].dwell_s
    passings[0].at = at
    passings[0].run_s = min(run_s, _SECONDS_MAX)
    passings[0].dwell_s = min(dwell_s, _SECONDS_MAX)


@kernel
def learn_lag(lags: Rows, at: int, lag_s: int) -> None:
    """Take in one departure from a first stop: how long after its time it left."""
    for i in range(RECENT_LAGS - 1, 0, -1):
        lags[i].at = lags[i - 1].at
        lags[i].lag_s = lags[i - 1].lag_s
    lags[0].at = at
    lags[0].lag_s = lag_s
