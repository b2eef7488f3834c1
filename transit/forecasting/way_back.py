"""No sooner than it can be back: a bus that takes its break away from its first stop must drive there first.

Where the bay for breaks is not the stop, a bus that is still there at its time leaves late, however late others left.
Only who was seen twice at one place waits there: one that drives may be on its way to the stop, on its last stops
under its next run's sign, or off already.
"""

import math
from typing import Final

from transit.tracking.departing import NEAR_START_M
from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row

AWAY_M: Final = 100.0
"""Nearer than this it may stand at the stop itself: coordinates err, and stations have many bays."""

SOONEST_MPS: Final = 4.0
USUAL_MPS: Final = 3.0
BOARDING_S: Final = 60.0
"""As the crow flies nobody is back faster than the first; the usual bus drives as the second and takes riders in."""


@kernel
def back_at(vehicle: Row, first: Row, is_usual: bool) -> float:
    """POSIX seconds at which a bus that waits away from its first stop (a call) can leave it; 0 where it waits there.

    ``is_usual`` asks when it usually will have, in place of the soonest.
    """
    if vehicle.still_since == NEVER or vehicle.fix_time <= vehicle.still_since:
        return 0.0
    away_m = math.hypot(vehicle.x_m - first.x_m, vehicle.y_m - first.y_m)
    if not AWAY_M < away_m < NEAR_START_M:
        return 0.0
    if is_usual:
        return float(vehicle.fix_time + BOARDING_S + away_m / USUAL_MPS)
    return float(vehicle.fix_time + away_m / SOONEST_MPS)
