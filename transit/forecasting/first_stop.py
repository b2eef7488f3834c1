"""When a vehicle leaves its first stop: by how late its line left before, among those that had waited as long."""

from typing import Final

import numpy as np

from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.state import DIRECTIONS, LAG_SHARES, NEVER, RECENT_LAGS, Row, Rows

SOON_S: Final = 5.0
"""A departure that is overdue is expected this far ahead, again and again until it happens."""

UNSCHEDULED_S: Final = 60.0
LONGER_WEIGHT: Final = 3.0
LONGER_SHARE: Final = 0.25
LONGER_LEAST_S: Final = 60.0
LONGER_MOST_S: Final = 300.0
"""Departures that nobody has seen yet: so many, at so much over the wait so far."""

LAG_MAX_S: Final = 1800.0

TOLD_SHARE: Final = 0.25
WAY_SHARE: Final = 0.45
"""Of the departures that may still come this share is earlier. Who is told of the departure itself misses the vehicle
if it leaves earlier; who waits further on is best served by the middle."""

LEAVING_MPS: Final = 1.0
LEAVING_EARLY_S: Final = 30.0
"""A vehicle that drives so fast, and not long before its time, is leaving now."""


@array_kernel
def first_departure(
    row: Row, learned: "tuple[Rows, Row]", times: "tuple[int, int]", wanted: "tuple[float, float]"
) -> float:
    """POSIX seconds; ``times`` is (now, when it was last seen to wait).

    ``learned`` is the line's last lags, and those of earlier days; ``wanted`` its speed as it reports (m/s, NaN: it
    does not) and the share of departures that may come earlier. Departures in either direction count alike.
    """
    now, seen_at = times
    lags, past = learned
    speed_mps, share = wanted
    if not row.has_start:
        return now + UNSCHEDULED_S
    due = row.service_start + row.start_s
    waited_s = float(min(seen_at, now) - due)
    if speed_mps >= LEAVING_MPS and waited_s >= -LEAVING_EARLY_S:
        return float(now)
    values = np.empty(DIRECTIONS * RECENT_LAGS + LAG_SHARES + 1)
    weights = np.empty(DIRECTIONS * RECENT_LAGS + LAG_SHARES + 1)
    count = add_past(values, weights, past, waited_s)
    for d in range(DIRECTIONS):
        for i in range(RECENT_LAGS):
            lag = lags[d, i]
            if lag.at != NEVER and lag.lag_s > waited_s:
                values[count] = min(float(lag.lag_s), LAG_MAX_S)
                weights[count] = 1.0
                count += 1
    longer_s = max(LONGER_LEAST_S, min(LONGER_SHARE * waited_s, LONGER_MOST_S))
    values[count] = max(30.0, waited_s + longer_s)
    weights[count] = LONGER_WEIGHT
    return float(max(due + weighted_share(values[: count + 1], weights[: count + 1], share), now + SOON_S))


@kernel
def add_past(values: "np.ndarray", weights: "np.ndarray", past: Row, waited_s: float) -> int:
    """Fill in how late vehicles left on earlier days, those who waited longer than so alone; returns how many."""
    count = 0
    if past.weight > 0.0:
        for i in range(LAG_SHARES):
            if past.lag_s[i] > waited_s:
                values[count] = past.lag_s[i]
                weights[count] = past.weight / LAG_SHARES
                count += 1
    return count


@array_kernel
def weighted_share(values: "np.ndarray", weights: "np.ndarray", share: float) -> float:
    """The least value with that share of the weight at or below it."""
    order = np.argsort(values)
    half = share * weights.sum()
    gone = 0.0
    for j in range(len(values)):
        gone += weights[order[j]]
        if gone >= half:
            return float(values[order[j]])
    return float(values[order[-1]])
