"""What a line's vehicles report of how full they are, hop by hop: learned of its stops, its headways and its demand."""

import math
from typing import Final

from transit.crowding.demand_now import note_level, pass_time, usual_at
from transit.crowding.exchange import CAME_S, exchange_at, note_exchange
from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row, Rows

HEADWAY_MEMORY: Final = 6.0
"""So many vehicles back does a hop's usual headway reach."""

NOISE: Final = 0.03
NOISE_WEIGHT: Final = 3.0
NOISE_MEMORY: Final = 500.0
"""Before anything was seen, a load's variance after a stop for each unit of getting off and on, and its weight."""

STAYING_NOISE: Final = 0.55
"""Of the variance that is seen from one stop to the next so much stays: who boards unexpectedly at one stop is missing
at the next, and what a counter missed is found there (in simulated cities, against their truth)."""

SURPRISE_MAX: Final = 0.4
HEADWAY_MOST_S: Final = 7200.0
HEADWAY_LEAST: Final = 0.1
HEADWAY_MOST: Final = 3.0
"""A gap is taken for no less and no more than so many times the usual."""

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
def note_riders(riders: Row, vehicle: Row, way: "tuple[Rows, Row]", learned: "tuple[Rows, Row, Row]") -> None:
    """Take in what a vehicle reports of how full it is, and learn from the hop that it has left behind.

    ``learned`` is (hop loads, the line's, demand by hour).
    """
    calls, pattern = way
    hop_loads = learned[0]
    if riders.run_key != vehicle.run_key:
        riders.run_key = vehicle.run_key
        riders.position = -1
        riders.load = riders.before = riders.headway_s = math.nan
    if vehicle.departed_origin == 0 or vehicle.owner == 0:
        return
    if vehicle.finished == 0 and (vehicle.departed < 0 or vehicle.departed != vehicle.arrived):
        return
    position = int(pattern.call_count) if vehicle.finished else int(vehicle.departed) + 1
    if position != riders.position:
        _leave_hop(riders, way, learned)
        follows = position == riders.position + 1
        riders.before = riders.load if follows else (0.0 if position == 1 else math.nan)
        riders.headway_s = math.nan
        if vehicle.departed_time != NEVER and vehicle.finished == 0:
            since = max(int(riders.position) + 1, 1) if riders.position >= 0 else position
            for k in range(since, min(position, int(pattern.call_count) - 1) + 1):
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
        weight = min(hop.count, HEADWAY_MEMORY)
        usual_s = float(hop.headway_s) if hop.headway_s > 0.0 else headway_s
        hop.headway_s = (weight * usual_s + headway_s) / (weight + 1.0)
        riders.headway_s = min(headway_s, HEADWAY_MOST * usual_s)
    if left_at > hop.left_at:
        hop.left_at = left_at


@kernel
def _leave_hop(riders: Row, way: "tuple[Rows, Row]", learned: "tuple[Rows, Row, Row]") -> None:
    """Learn from the load that a vehicle had on the hop it comes from: of the line's demand, then of the stop."""
    calls, pattern = way
    hop_loads, line, by_hour = learned
    position = int(riders.position)
    if position < 1 or position >= pattern.call_count:
        return
    hop = calls[pattern.call_first + position].hop
    if hop < 0 or math.isnan(riders.load) or math.isnan(riders.before) or math.isnan(riders.headway_s):
        return
    row = hop_loads[hop]
    pass_time(line, int(row.left_at))
    came = usual_at(by_hour, float(row.left_at)) * float(riders.headway_s) / CAME_S
    stays, boards = exchange_at(way, hop_loads, position - 1)
    if not math.isnan(boards):
        _learn_line(riders, line, (stays, boards * came), float(row.count))
    note_exchange(row, float(riders.before), float(line.level) * came, float(riders.load))


@kernel
def _learn_line(riders: Row, line: Row, stop: "tuple[float, float]", count: float) -> None:
    """Learn from one stop how far loads are off, and the line's demand.

    ``stop`` is who stays there and who would board were demand usual, known from ``count`` vehicles.
    """
    stays, usual = stop
    before, load = float(riders.before), float(riders.load)
    turned = (1.0 - stays) * before + line.level * usual
    off = min(max(load - stays * before - line.level * usual, -SURPRISE_MAX), SURPRISE_MAX)
    known = min(line.count, NOISE_MEMORY - 1.0)
    # what counters miss at either end is no doing of the stop's
    missed = told_variance(before) + told_variance(load)
    line.off = (known * line.off + off * off - missed) / (known + 1.0)
    line.turned = (known * line.turned + turned + TURNED_LEAST) / (known + 1.0)
    line.count = known + 1.0
    chance = _noise(line, 1.0) * (turned + TURNED_LEAST) + missed
    note_level(line, usual, off, chance + (line.level * usual) ** 2 / max(count, 1.0))


@kernel
def stop_noise(line: Row) -> float:
    """Variance that stays in a load after a stop for each unit of getting off and on."""
    return _noise(line, STAYING_NOISE)


@kernel
def _noise(line: Row, part: float) -> float:
    off = part * line.count * line.off + NOISE_WEIGHT * NOISE
    return float(max(off / (line.count * line.turned + NOISE_WEIGHT), NOISE_LEAST))
