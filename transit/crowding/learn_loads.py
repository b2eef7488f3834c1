"""How full a line's vehicles usually are on each hop, learned as they report: who stays, who boards, how unevenly.

After a stop L' = s L + B h: ``s`` is the share that stays, ``B`` who boards at the usual headway, ``h`` the headway as
a multiple of the usual one. ``B`` is what the usual loads on both sides of the stop leave, ``s`` a regression of one on
the other that leans on what even travel lets expect: at each of n stops ahead one n-th of those aboard gets off.
"""

import math
from typing import Final

from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row, Rows

MEMORY: Final = 6.0
"""So many vehicles back does a hop's usual load reach: demand turns within the hour."""

FADE: Final = 0.9
STAY_WEIGHT: Final = 0.04
"""What even travel lets expect weighs as much as vehicles whose loads differ by a variance of so much in all."""

NOISE: Final = 0.03
NOISE_WEIGHT: Final = 3.0
NOISE_MEMORY: Final = 500.0
"""Before anything was seen, a load's variance after a stop for each unit of getting off and on, and its weight."""

LINE_FADE: Final = 0.992
BOARDS_WEIGHT: Final = 1.0
"""Demand on the whole line turns faster than a hop's usual load shows: so much is believed of what it lately was, over
some hundred stops (fewer follow a turn sooner, and tell chance for one)."""

STAYING_NOISE: Final = 0.55
"""Of the variance that is seen from one stop to the next so much stays: who boards unexpectedly at one stop is missing
at the next, and what a counter missed is found there (in simulated cities, against their truth)."""

SURPRISE_MAX: Final = 0.4
HEADWAY_MOST_S: Final = 7200.0
HEADWAY_LEAST: Final = 0.1
HEADWAY_MOST: Final = 3.0

CLASS_LOADS: Final = (0.025, 0.125, 0.35, 0.6, 0.8, 1.05)
"""The middle of each class of transit.crowding.scale, ``empty`` to ``full``."""

LOAD_MAX: Final = 2.0

TOLD_ERROR: Final = 0.05
TOLD_LEAST: Final = 0.01
"""Counters miss one rider in twenty, and percentages are coarse by design."""

TURNED_LEAST: Final = 0.02
NOISE_LEAST: Final = 0.005
"""A stop at which nobody is expected to get off or on still moves a load as so many would; no line is surer."""


@kernel
def told_load(status: int, percentage: int) -> float:
    """The load that a report means, NaN where it means none (as transit.crowding.load.reported_load)."""
    if percentage > 0 or (percentage == 0 and status >= 0):
        return min(percentage / 100.0, LOAD_MAX)
    if 0 <= status < len(CLASS_LOADS):
        return CLASS_LOADS[status]
    return math.nan


@kernel
def told_variance(load: float) -> float:
    """Variance of the load that a counter tells."""
    return (TOLD_ERROR * load) ** 2 + TOLD_LEAST**2


@kernel
def exchange_at(way: "tuple[Rows, Row]", hop_loads: Rows, position: int) -> "tuple[float, float]":
    """Which part of those aboard at a call stays beyond it, and who boards there at the usual headway.

    The latter as a share of the capacity, NaN where one of the hops beside the call has not been learned of. Where the
    usual load falls by more than the former says, more get off: nobody boards below nought.
    """
    calls, pattern = way
    left = int(pattern.call_count) - 1 - position
    if left < 1:
        return 0.0, 0.0
    stays = 1.0 - 1.0 / (left + 0.5)
    hop = calls[pattern.call_first + position + 1].hop
    if hop < 0 or hop_loads[hop].count <= 0.0:
        return stays, math.nan
    row = hop_loads[hop]
    after = float(row.load)
    if position == 0:
        return 0.0, after
    earlier = calls[pattern.call_first + position].hop
    if earlier < 0 or hop_loads[earlier].count <= 0.0:
        return stays, math.nan
    before = float(hop_loads[earlier].load)
    stays = (row.moved + STAY_WEIGHT * stays) / (row.spread + STAY_WEIGHT)
    stays = min(max(stays, 0.0), 1.0)
    if stays * before > after:
        stays = after / before
    return stays, after - stays * before


@kernel
def note_riders(riders: Row, vehicle: Row, way: "tuple[Rows, Row]", learned: "tuple[Rows, Row]") -> None:
    """Take in what a vehicle reports of how full it is, and learn from the hop that it has left behind."""
    calls, pattern = way
    hop_loads = learned[0]
    if riders.run_key != vehicle.run_key:
        riders.run_key = vehicle.run_key
        riders.position = -1
        riders.load = riders.before = math.nan
        riders.headway = 1.0
    if vehicle.departed_origin == 0 or vehicle.owner == 0:
        return
    if vehicle.finished == 0 and (vehicle.departed < 0 or vehicle.departed != vehicle.arrived):
        return
    position = int(pattern.call_count) if vehicle.finished else int(vehicle.departed) + 1
    if position != riders.position:
        _leave_hop(riders, way, learned)
        follows = position == riders.position + 1
        riders.before = riders.load if follows else (0.0 if position == 1 else math.nan)
        if vehicle.departed_time != NEVER and vehicle.finished == 0:
            since = max(int(riders.position) + 1, 1) if riders.position >= 0 else position
            for k in range(since, position + 1):
                hop = calls[pattern.call_first + k].hop
                if hop >= 0:
                    _note_headway(riders, hop_loads[hop], int(vehicle.departed_time))
        riders.load = math.nan
        riders.position = position
    if vehicle.finished == 0 and vehicle.occupancy_time != NEVER and vehicle.occupancy_time >= vehicle.departed_time:
        riders.load = told_load(int(vehicle.occupancy_status), int(vehicle.occupancy_percentage))


@kernel
def _note_headway(riders: Row, hop: Row, left_at: int) -> None:
    """Note that the vehicle set out on a hop, and how long after the one before it."""
    headway_s = float(left_at) - float(hop.left_at)
    if hop.left_at != NEVER and 0.0 < headway_s < HEADWAY_MOST_S:
        weight = min(hop.count, MEMORY)
        usual_s = float(hop.headway_s) if hop.headway_s > 0.0 else headway_s
        hop.headway_s = (weight * usual_s + headway_s) / (weight + 1.0)
        riders.headway = min(max(headway_s / usual_s, HEADWAY_LEAST), HEADWAY_MOST)
    if left_at > hop.left_at:
        hop.left_at = left_at


@kernel
def _leave_hop(riders: Row, way: "tuple[Rows, Row]", learned: "tuple[Rows, Row]") -> None:
    """Learn from the load that a vehicle had on the hop it comes from."""
    calls, pattern = way
    hop_loads, line = learned
    position = int(riders.position)
    if position < 1 or position >= pattern.call_count or math.isnan(riders.load):
        return
    hop = calls[pattern.call_first + position].hop
    if hop < 0:
        return
    row = hop_loads[hop]
    load = float(riders.load)
    if not math.isnan(riders.before) and row.count > 0.0:
        _learn_stop(riders, row, (way, hop_loads, line))
    weight = min(row.count, MEMORY - 1.0)
    row.load = (weight * row.load + load) / (weight + 1.0)
    row.count = weight + 1.0


@kernel
def _learn_stop(riders: Row, row: Row, learned: "tuple[tuple[Rows, Row], Rows, Row]") -> None:
    """Learn which part stayed at the stop before a hop, and how far from the expected load the vehicle left it."""
    way, hop_loads, line = learned
    calls, pattern = way
    position = int(riders.position)
    before = float(riders.before)
    stays, boards = exchange_at(way, hop_loads, position - 1)
    if math.isnan(boards):
        return
    expected = stays * before + boards * riders.headway
    turned = (1.0 - stays) * before + boards * riders.headway
    off = min(max(float(riders.load) - expected, -SURPRISE_MAX), SURPRISE_MAX)
    known = min(line.count, NOISE_MEMORY - 1.0)
    # what counters miss at either end is no doing of the stop's
    missed = told_variance(before) + told_variance(float(riders.load))
    line.off = (known * line.off + off * off - missed) / (known + 1.0)
    line.turned = (known * line.turned + turned + TURNED_LEAST) / (known + 1.0)
    line.count = known + 1.0
    line.boards = LINE_FADE * line.boards + boards * riders.headway
    line.more = LINE_FADE * line.more + off
    if position > 1:
        usual = float(hop_loads[calls[pattern.call_first + position - 1].hop].load)
        apart = before - usual
        moved = float(riders.load) - float(row.load) - boards * (riders.headway - 1.0)
        row.spread = FADE * row.spread + apart * apart
        row.moved = FADE * row.moved + apart * min(max(moved, -SURPRISE_MAX), SURPRISE_MAX)


@kernel
def stop_noise(line: Row) -> float:
    """Variance that stays in a load after a stop for each unit of getting off and on."""
    off = STAYING_NOISE * line.count * line.off + NOISE_WEIGHT * NOISE
    return float(max(off / (line.count * line.turned + NOISE_WEIGHT), NOISE_LEAST))


@kernel
def demand_now(line: Row) -> float:
    """How many board on the line at present, as a multiple of what its hops' usual loads say."""
    return float(min(max(1.0 + line.more / (line.boards + BOARDS_WEIGHT), 0.5), 1.5))
