"""How long a bus line's vehicles stand, at stops and on the way: learned when one moves on, shrunk to what is usual.

Railways learn their dwells stop by stop (transit.tracking.hop_times); a bus line keeps the middle of ln(seconds) in the
same place of its row, over ``USUAL_S``.
"""

import math
from typing import Final

from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row

USUAL_S: Final = 45.0
"""The middle of what buses stand until they are seen to have moved on, before a line was seen: reports are half a
minute apart."""

DEVIATION: Final = 0.55
"""Standard deviation of ln(seconds) of one line's stands."""

SHRINK: Final = 20.0
"""So many stands must be seen for half of a line's own middle to be believed."""

MEMORY: Final = 500.0
SURPRISE: Final = 1.2
"""A stand further from the middle (ln) counts as so far: who broke down says nothing of the others."""


@kernel
def learn_stand(line: Row, vehicle: Row, moved_at: int) -> None:
    """A bus on its run moves on: take in how long it stood, if it was reported at one place twice."""
    if vehicle.still_since == NEVER or vehicle.fix_time <= vehicle.still_since or not vehicle.owner:
        return
    stood = math.log(max(float(moved_at - vehicle.still_since), 1.0) / USUAL_S)
    known = line.dwell_log * line.dwell_count / (line.dwell_count + SHRINK)
    stood = known + min(max(stood - known, -SURPRISE), SURPRISE)
    weight = min(line.dwell_count, MEMORY - 1.0)
    line.dwell_log = (weight * line.dwell_log + stood) / (weight + 1.0)
    line.dwell_count = weight + 1.0


@kernel
def usual_stand_s(line: Row, z: float) -> float:
    """Seconds that a bus of the line stands, so many standard deviations (of ln) above the middle."""
    own = line.dwell_log * line.dwell_count / (line.dwell_count + SHRINK)
    return float(USUAL_S * math.exp(own + z * DEVIATION))
