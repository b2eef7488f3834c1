"""When a train leaves its first stop: on time mostly, else as late as its line left before among those that waited."""

import math
from typing import Final

import numpy as np

from transit.forecasting.first_stop import LONGER_SHARE, SOON_S, UNSCHEDULED_S, add_past, weighted_share
from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.state import DIRECTIONS, LAG_SHARES, NEVER, RECENT_LAGS, Row, Rows

USUAL_LAGS_S: Final = np.array((0.0, 20.0, 60.0, 180.0, 420.0))
USUAL_WEIGHTS: Final = np.array((4.0, 1.0, 0.6, 0.5, 0.3))
"""How late trains leave, before anything was seen of the line: signals hold few, but those for long."""

OTHER_WAY: Final = 0.33
"""A departure in the other direction counts for so many in the run's own."""

LEAST_S: Final = 30.0
LONGER_MOST_S: Final = 300.0
SHARE: Final = 0.5


COMING_MPS: Final = 7.0
COMING_MOST_M: Final = 5000.0
"""A train that runs its first stops on a way that the timetable lacks comes so fast, straight and stops included; from
further away it does not come that way."""


@kernel
def comes_to_start(vehicle: Row, first: Row, ready_at: float) -> float:
    """POSIX seconds at which a train that names a stop off its pattern can be at the first call of it; 0 for others.

    ``ready_at`` is when it leaves where it is, if it said so, else 0.
    """
    if vehicle.stop_row < 0 or vehicle.stop_hint >= 0:
        return 0.0
    left_m = math.hypot(vehicle.x_m - first.x_m, vehicle.y_m - first.y_m)
    if left_m > COMING_MOST_M:
        return 0.0
    return float(max(ready_at, np.float64(vehicle.fix_time)) + left_m / COMING_MPS)


@array_kernel
def train_departure(row: Row, learned: "tuple[Rows, Row]", direction: int, now: int) -> float:
    """POSIX seconds at which a train leaves its first stop; ``learned``: the line's last lags, and earlier days'."""
    lags, past = learned
    if not row.has_start:
        return now + UNSCHEDULED_S
    due = row.service_start + row.start_s
    waited_s = float(now - due)
    size = DIRECTIONS * RECENT_LAGS + LAG_SHARES + len(USUAL_LAGS_S) + 1
    values, weights = np.empty(size), np.empty(size)
    count = add_past(values, weights, past, waited_s)
    for i in range(len(USUAL_LAGS_S)):
        if USUAL_LAGS_S[i] > waited_s:
            values[count], weights[count] = USUAL_LAGS_S[i], USUAL_WEIGHTS[i]
            count += 1
    for d in range(DIRECTIONS):
        for i in range(RECENT_LAGS):
            lag = lags[d, i]
            if lag.at != NEVER and lag.lag_s > waited_s:
                values[count] = float(lag.lag_s)
                weights[count] = 1.0 if d == direction else OTHER_WAY
                count += 1
    values[count], weights[count] = (
        waited_s + max(LEAST_S, min(LONGER_SHARE * waited_s, LONGER_MOST_S)),
        USUAL_WEIGHTS[-1],
    )
    return float(max(due + weighted_share(values[: count + 1], weights[: count + 1], SHARE), now + SOON_S))
