"""Who gets off and on at a stop, learned as vehicles report: which part of those aboard stays, and how many come.

After a stop L' = s L + b c: ``s`` is the share that stays, ``b`` who comes in ten minutes of usual demand, and ``c``
for how long riders came since the vehicle before, in tens of minutes, times the line's demand then. ``s`` and ``b`` are
the least squares of a stop's vehicles, the older ones fading, which lean on what even travel lets expect of ``s``: at
each of n stops ahead one n-th of those aboard gets off. Demand that turns and gaps that differ are no change of a
stop's own: so it is learned from more vehicles than its usual loads could be.
"""

import math
from typing import Final

from transit.tracking.kernels import kernel
from transit.tracking.state import Row, Rows

FADE: Final = 0.9
STAY_WEIGHT: Final = 0.04
"""What even travel lets expect weighs as much as vehicles whose squared loads are so much in all."""

CAME_S: Final = 600.0
"""In what riders who come are counted."""

COUNT_MAX: Final = 30.0
_FLAT: Final = 1e-9
"""Vehicles that all came alike and as full tell the two apart by less than this: not at all."""


@kernel
def exchange_at(way: "tuple[Rows, Row]", hop_loads: Rows, position: int) -> "tuple[float, float]":
    """Which part of those aboard at a call stays beyond it, and who comes there in ten minutes of usual demand.

    The latter as a share of the capacity, NaN where nothing has been learned of the hop beyond. Where loads fall by
    more than the former says, more get off: nobody boards below nought.
    """
    calls, pattern = way
    left = int(pattern.call_count) - 1 - position
    if left < 1:
        return 0.0, 0.0
    stays = 1.0 - 1.0 / (left + 0.5)
    hop = calls[pattern.call_first + position + 1].hop
    if hop < 0 or hop_loads[hop].came_came <= 0.0:
        return stays, math.nan
    row = hop_loads[hop]
    came = float(row.came_came)
    if position == 0:
        return 0.0, float(row.came_after) / came
    before = float(row.before_before)
    told = (before + STAY_WEIGHT) * came - float(row.before_came) * float(row.before_came)
    if told > _FLAT:
        leaning = float(row.before_after) + STAY_WEIGHT * stays
        stays = (leaning * came - float(row.before_came) * float(row.came_after)) / told
        stays = min(max(stays, 0.0), 1.0)
    boards = (float(row.came_after) - stays * float(row.before_came)) / came
    if boards < 0.0:
        boards = 0.0
        stays = min(max(float(row.before_after) / before, 0.0), 1.0) if before > 0.0 else stays
    return stays, boards


@kernel
def note_exchange(row: Row, before: float, came: float, after: float) -> None:
    """Learn from a vehicle that came with a load, left with another, and for which riders came so long."""
    row.before_before = FADE * row.before_before + before * before
    row.before_came = FADE * row.before_came + before * came
    row.came_came = FADE * row.came_came + came * came
    row.before_after = FADE * row.before_after + before * after
    row.came_after = FADE * row.came_after + came * after
    row.count = min(row.count + 1.0, COUNT_MAX)
