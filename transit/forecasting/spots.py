"""How buses fare on the way to a stop beyond what a formula says: learned for stretches of each hop.

A signal, a long queue, a bay that is hard to leave: what holds buses on a hop holds the next ones at the same place.
For each stretch before a stop, standing and moving apart, the mean error of the formula is kept and believed as far as
reports stand behind it. Every report on the way is compared once its bus has come to the stop.
"""

from typing import Final

import numpy as np

from transit.forecasting.memory import TRAIL
from transit.tracking.kernels import kernel
from transit.tracking.state import Row, Rows

STRETCHES: Final = 6
SPOT: Final = np.dtype([("sum_s", "i2", (2 * STRETCHES,)), ("count", "u1", (2 * STRETCHES,))], align=True)
"""One hop: sums of errors (s) and how many stand behind them, for each stretch moving, then standing."""

EDGES_M: Final = np.array((50.0, 100.0, 200.0, 400.0, 800.0))
"""Metres before the stop at which stretches meet."""

SHRINK: Final = 4.0
"""So many reports must there be for half of a mean error to be believed."""

SURPRISE_MAX_S: Final = 40.0
ERROR_MAX_S: Final = 300.0
"""Errors beyond count as this: one further than SURPRISE_MAX_S from what is usual at the spot as that."""

FADE: Final = 60
"""At this many reports older ones are halved."""

STANDS_MPS: Final = 1.0


@kernel
def spot_of(left_m: float, speed_mps: float) -> int:
    """The number of a spot within its hop."""
    stretch = 0
    while stretch < STRETCHES - 1 and left_m >= EDGES_M[stretch]:
        stretch += 1
    return stretch + (STRETCHES if speed_mps < STANDS_MPS else 0)


@kernel
def spot_error_s(spots: Rows, hop: int, spot: int) -> float:
    """Seconds by which buses come later than the formula says from this spot."""
    return float(spots[hop].sum_s[spot] / (spots[hop].count[spot] + SHRINK))


@kernel
def note_spot(memory: Row, spot: int, fix_time: int, comes_at: float) -> None:
    """Remember what the formula says of a report, if it is a new one, until the bus has come."""
    if memory.place == fix_time:
        return
    memory.place = fix_time
    for i in range(TRAIL - 1, 0, -1):
        memory.trail_place[i] = memory.trail_place[i - 1]
        memory.trail_shown[i] = memory.trail_shown[i - 1]
    memory.trail_place[0] = spot + 1
    memory.trail_shown[0] = int(comes_at + 0.5)


@kernel
def learn_spots(memory: Row, spots: Rows, hop: int, came_at: int) -> None:
    """The bus has come to the end of a hop: compare what was said of each report on the way."""
    row = spots[hop]
    for i in range(TRAIL):
        if memory.trail_place[i] == 0:
            break
        spot = int(memory.trail_place[i]) - 1
        usual_s = spot_error_s(spots, hop, spot)
        late_s = float(came_at) - float(memory.trail_shown[i])
        late_s = min(max(late_s, usual_s - SURPRISE_MAX_S), usual_s + SURPRISE_MAX_S)
        late_s = min(max(late_s, -ERROR_MAX_S), ERROR_MAX_S)
        if row.count[spot] >= FADE:
            row.count[spot] //= 2
            row.sum_s[spot] //= 2
        row.sum_s[spot] += int(np.floor(late_s + 0.5))
        row.count[spot] += 1


@kernel
def forget_way(memory: Row) -> None:
    """The reports on the way tell no more: the bus has come, or is on another way."""
    memory.trail_place[:] = 0
