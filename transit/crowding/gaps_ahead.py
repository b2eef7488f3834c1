"""How long after the vehicle before it a vehicle will come to a stop ahead: for so long riders will have gathered.

Its own forecast and that of the vehicle before it say so. Both err the more the further ahead, and a gap is between
two: so it is told as between theirs and the stop's usual one, the nearer to that the further ahead.
"""

import math
from typing import TYPE_CHECKING, Final

from schemas.line_forecasts import NO_TIME
from transit.crowding.learn_loads import HEADWAY_LEAST, HEADWAY_MOST
from transit.tracking.kernels import kernel
from transit.tracking.standing import FINISHED, NOT_DEPARTED
from transit.tracking.state import NEVER, Row, Rows

if TYPE_CHECKING:
    import numpy as np

BELIEVED: Final = 0.8
BELIEVED_S: Final = 900.0
"""So much of a foretold gap's difference from the usual is told, and a third of that so far ahead."""

_BEHIND: Final = 1e9
_A_STOP: Final = 1e5


@kernel
def order_runs(standing: Rows, count: int, times: "np.ndarray", order: Rows) -> int:
    """Put the runs with calls ahead in the order in which they come to their stops; returns how many there are.

    Who is further on its way comes first, of those at one stop the nearer to it, then those still to leave by when.
    """
    found, first = 0, 0
    for i in range(count):
        row = standing[i]
        if row.call_count > 0 and row.state != FINISHED:
            ahead_s = times[first, 4]
            key = 0.0 if ahead_s == NO_TIME else float(ahead_s)
            key += _BEHIND if is_to_begin(row) else -_A_STOP * row.next_position
            place = found
            while place > 0 and order[place - 1].key > key:
                order[place].key, order[place].row = order[place - 1].key, order[place - 1].row
                order[place].first = order[place - 1].first
                place -= 1
            order[place].key, order[place].row, order[place].first = key, i, first
            found += 1
        first += row.call_count
    return found


@kernel
def is_to_begin(row: Row) -> bool:
    """Whether a run's vehicle has not left its first stop: who is aboard now gets off before."""
    return bool(row.state == NOT_DEPARTED or row.after >= 0 or row.due != 0)


@kernel
def gap_ahead(hop_load: Row, passed_at: float, comes_at: float, ahead_s: float) -> float:
    """Seconds between a vehicle that sets out on a hop at ``comes_at`` and the one before it; NaN where none is known.

    ``passed_at`` is when the one before it is expected there, 0 where it has passed; ``comes_at`` 0 where not known.
    """
    usual_s = float(hop_load.headway_s)
    if usual_s <= 0.0:
        return math.nan
    before = passed_at
    if before <= 0.0 and hop_load.left_at != NEVER:
        before = float(hop_load.left_at)
    if before <= 0.0 or comes_at <= 0.0:
        return usual_s
    gap_s = min(max(comes_at - before, HEADWAY_LEAST * usual_s), HEADWAY_MOST * usual_s)
    return usual_s + BELIEVED * math.exp(-ahead_s / BELIEVED_S) * (gap_s - usual_s)
