"""When a vehicle leaves its first stop: by how late its line left before, among those that had waited as long."""

from typing import Final

import numpy as np

from transit.tracking.kernels import kernel
from transit.tracking.state import DIRECTIONS, NEVER, RECENT_LAGS, Row, Rows

SOON_S: Final = 5.0
"""A departure that is overdue is expected this far ahead, again and again until it happens."""

UNSCHEDULED_S: Final = 60.0
OWN_WEIGHT: Final = 3.0
"""A departure in the run's own direction counts for so many in the other."""

LONGER_WEIGHT: Final = 3.0
LAG_MAX_S: Final = 1800.0

SHARE: Final = 0.4
"""Of the departures that may still come this share is earlier: who leaves late misses nobody, who leaves early does."""

LEAVING_MPS: Final = 2.0
LEAVING_EARLY_S: Final = 30.0
"""A vehicle that drives so fast, and not long before its time, is leaving now."""


@kernel
def first_departure(row: Row, lags: Rows, direction: int, times: "tuple[int, int]", speed_mps: float) -> float:
    """POSIX seconds; ``times`` is (now, when it was last seen to wait), ``speed_mps`` as it reports (NaN: it does not).

    Who has waited long will wait about half as long again: that stands in for the departures nobody has seen yet.
    """
    now, seen_at = times
    if not row.scheduled:
        return now + UNSCHEDULED_S
    due = row.service_start + row.start_s
    waited_s = float(min(seen_at, now) - due)
    if speed_mps >= LEAVING_MPS and waited_s >= -LEAVING_EARLY_S:
        return float(now)
    values = np.empty(DIRECTIONS * RECENT_LAGS + 1)
    weights = np.empty(DIRECTIONS * RECENT_LAGS + 1)
    count = 0
    for d in range(DIRECTIONS):
        for i in range(RECENT_LAGS):
            lag = lags[d, i]
            if lag.at != NEVER and lag.lag_s > waited_s:
                values[count] = min(float(lag.lag_s), LAG_MAX_S)
                weights[count] = OWN_WEIGHT if d == direction else 1.0
                count += 1
    values[count] = max(30.0, waited_s + max(30.0, min(0.5 * waited_s, 300.0)))
    weights[count] = LONGER_WEIGHT
    return float(max(due + weighted_share(values[: count + 1], weights[: count + 1]), now + SOON_S))


@kernel
def weighted_share(values: "np.ndarray", weights: "np.ndarray") -> float:
    """The least value with ``SHARE`` of the weight at or below it."""
    order = np.argsort(values)
    half = SHARE * weights.sum()
    gone = 0.0
    for j in range(len(values)):
        gone += weights[order[j]]
        if gone >= half:
            return float(values[order[j]])
    return float(values[order[-1]])
