"""The load that each run will have at every call ahead of it, rolled on from stop to stop."""

import math
from typing import TYPE_CHECKING, Final

from schemas.line_forecasts import NO_LOAD, NO_TIME
from transit.crowding.learn_loads import (
    HEADWAY_LEAST,
    HEADWAY_MOST,
    LOAD_MAX,
    TURNED_LEAST,
    demand_now,
    exchange_at,
    note_riders,
    stop_noise,
    told_load,
    told_variance,
)
from transit.tracking.kernels import kernel
from transit.tracking.standing import FINISHED, NOT_DEPARTED
from transit.tracking.state import NEVER, Row, Rows

if TYPE_CHECKING:
    import numpy as np

AGEING_SD_PER_MINUTE: Final = 0.02
STALE_S: Final = 1800
"""As transit.crowding.load and transit.crowding.ahead."""

UNKNOWN_STOP_VARIANCE: Final = 0.05**2
"""How far a load wanders at a stop of which nothing was learned."""

SAME_LOAD: Final = 0.005

DEMAND_SD: Final = 0.05
DEMAND_SD_PER_HOUR: Final = 0.15
"""How far a whole line's demand may be off, as a part of what is expected: now, and by how much more an hour on.

It is off alike at all stops of a run: what adds up there are errors, and not their squares. From simulated cities.
"""

BEGINS_AFTER: Final = 2.0
"""So many vehicles must have been seen on a hop before one that is still to leave is told of there."""


@kernel
def crowd_runs(
    standing: Rows,
    count: int,
    state: "tuple[Rows, Rows, Rows, Rows]",
    tables: "tuple[Rows, Rows]",
    ahead: "tuple[int, np.ndarray, np.ndarray]",
) -> None:
    """Learn from what vehicles report of how full they are, and fill the load of every call that was forecast.

    ``state`` is (vehicles, riders, hop loads, line), ``tables`` (calls, patterns), ``ahead`` (poll time, the rows of
    times that forecast_runs filled, the rows of loads to fill: mean, standard error).
    """
    vehicles, riders, hop_loads, line = state
    calls, patterns = tables
    for i in range(count):
        row = standing[i]
        if row.after < 0 and not row.due:
            vehicle = vehicles[row.vehicle]
            note_riders(riders[row.vehicle], vehicle, (calls, patterns[row.pattern]), (hop_loads, line[0]))
    written = 0
    for i in range(count):
        row = standing[i]
        if row.call_count > 0 and row.state != FINISHED:
            way = (calls, patterns[row.pattern])
            _roll(row, (vehicles[row.vehicle], riders[row.vehicle]), way, (hop_loads, line[0]), (ahead, written))
        written += row.call_count


@kernel
def _roll(
    row: Row,
    who: "tuple[Row, Row]",
    way: "tuple[Rows, Row]",
    learned: "tuple[Rows, Row]",
    out: "tuple[tuple[int, np.ndarray, np.ndarray], int]",
) -> None:
    now, times, loads = out[0]
    calls, pattern = way
    hop_loads, line = learned
    first, last = int(row.next_position), int(row.next_position + row.call_count)
    written = out[1]
    for k in range(row.call_count):
        loads[written + k, 0] = loads[written + k, 1] = NO_LOAD
    begins = row.state == NOT_DEPARTED or row.after >= 0 or row.due != 0
    load, variance, exchanges_from = _begin(row, who, begins, now)
    if math.isnan(load):
        return
    noise, demand, common = stop_noise(line), demand_now(line), 0.0
    headway = 1.0 if begins else float(who[1].headway)
    in_sight, left_before = True, 0
    for position in range(first, last):
        if position > exchanges_from:
            at = position - 1
            hop = calls[pattern.call_first + position].hop
            if hop < 0 or (begins and hop_loads[hop].count < BEGINS_AFTER):
                return
            hop_load = hop_loads[hop]
            in_sight = in_sight and hop_load.left_at >= left_before and hop_load.headway_s > 0.0
            left_before = int(hop_load.left_at)
            if in_sight and not begins and position > first and times[written + at - first, 4] != NO_TIME:
                comes_s = now + times[written + at - first, 4] - float(hop_load.left_at)
                headway = min(max(comes_s / float(hop_load.headway_s), HEADWAY_LEAST), HEADWAY_MOST)
            stays, boards = exchange_at(way, hop_loads, at)
            if math.isnan(boards):
                variance += UNKNOWN_STOP_VARIANCE
            else:
                ahead_s = _ahead_s(times[written + at - first, 4] if at >= first else 0)
                boards *= demand
                common = stays * common + boards * headway * (DEMAND_SD + DEMAND_SD_PER_HOUR * ahead_s / 3600.0)
                variance = stays * stays * variance + noise * ((1.0 - stays) * load + boards * headway + TURNED_LEAST)
                load = min(stays * load + boards * headway, LOAD_MAX)
        if position > 0:
            loads[written + position - first, 0] = int(100.0 * load + 0.5)
            spread = math.sqrt(variance + common * common)
            loads[written + position - first, 1] = min(int(200.0 * spread + 0.5), NO_LOAD - 1)


@kernel
def _ahead_s(comes_s: int) -> float:
    """Seconds until a call is made, as forecast; nought where that is not known."""
    return 0.0 if comes_s == NO_TIME else max(float(comes_s), 0.0)


@kernel
def _begin(row: Row, who: "tuple[Row, Row]", begins: bool, now: int) -> "tuple[float, float, int]":
    """The load to roll on from, its variance, and the first call at which getting off and on is still to be reckoned.

    Some counters tell of a stop while the vehicle stands there, others once it has left.
    """
    vehicle, riders = who
    first = int(row.next_position)
    if vehicle.occupancy_time == NEVER:
        return math.nan, 0.0, first
    told = told_load(int(row.occupancy_status), int(row.occupancy_percentage))
    age_s = max(0.0, float(now - vehicle.occupancy_time))
    if math.isnan(told) or age_s > STALE_S:
        return math.nan, 0.0, first
    if begins:
        return 0.0, 0.0, first
    variance = told_variance(told) + (AGEING_SD_PER_MINUTE * age_s / 60.0) ** 2
    if vehicle.departed == vehicle.arrived:
        is_old = vehicle.departed_time != NEVER and vehicle.occupancy_time < vehicle.departed_time
        return told, variance, first - 1 if is_old and first > 0 else first
    is_done = not math.isnan(riders.load) and riders.position == first and abs(told - riders.load) > SAME_LOAD
    return told, variance, first + 1 if is_done else first
