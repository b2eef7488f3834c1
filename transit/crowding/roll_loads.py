"""The load that each run will have at every call ahead of it, rolled on from stop to stop."""

import math
from typing import TYPE_CHECKING, Final

from schemas.line_forecasts import NO_LOAD, NO_TIME
from transit.crowding.demand_now import pass_time, usual_at
from transit.crowding.exchange import CAME_S, exchange_at
from transit.crowding.gaps_ahead import gap_ahead, is_to_begin, order_runs
from transit.crowding.learn_loads import LOAD_MAX, TURNED_LEAST, note_riders, stop_noise, told_load, told_variance
from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row, Rows

if TYPE_CHECKING:
    import numpy as np

AGEING_SD_PER_MINUTE: Final = 0.02
STALE_S: Final = 1800
"""As transit.crowding.load and transit.crowding.ahead."""

UNKNOWN_STOP_VARIANCE: Final = 0.05**2
"""How far a load wanders at a stop of which nothing was learned."""

SAME_LOAD: Final = 0.005

BOARDS_SD: Final = 0.2
BOARDS_SD_PER_HOUR: Final = 0.3
"""How far who boards a run may be off, as a part of what is expected: now, and by how much more an hour on.

By the line's demand and by the gap to the vehicle before it is off alike at all stops of a run: what adds up there are
errors, and not their squares. From simulated cities.
"""

BEGINS_AFTER: Final = 2.0
"""So many vehicles must have been learned from on a hop before one that is still to leave is told of there."""


@kernel
def crowd_runs(
    standing: Rows,
    count: int,
    state: "tuple[Rows, Rows, Rows, Rows]",
    tables: "tuple[Rows, Rows, Rows]",
    ahead: "tuple[int, np.ndarray, np.ndarray]",
    room: "tuple[Rows, np.ndarray]",
) -> None:
    """Learn from what vehicles report of how full they are, and fill the load of every call that was forecast.

    ``state`` is (vehicles, riders, hop loads, line), ``tables`` (calls, patterns, demand by hour), ``ahead`` (poll
    time, the rows of times that forecast_runs filled, the rows of loads to fill: mean, standard error). ``room`` is to
    put the runs in order and to note when each hop is passed (RUN_AHEAD; POSIX s).
    """
    vehicles, riders, hop_loads, line = state
    calls, patterns, by_hour = tables
    now, times, loads = ahead
    order, passed_at = room
    for i in range(count):
        row = standing[i]
        if row.after < 0 and not row.due:
            vehicle = vehicles[row.vehicle]
            learned = (hop_loads, line[0], by_hour[0])
            note_riders(riders[row.vehicle], vehicle, (calls, patterns[row.pattern]), learned)
    pass_time(line[0], now)
    loads[:] = NO_LOAD
    passed_at[:] = 0.0
    for place in range(order_runs(standing, count, times, order)):
        row = standing[order[place].row]
        first = order[place].first
        run = (now, times[first : first + row.call_count], loads[first : first + row.call_count], passed_at)
        way = (calls, patterns[row.pattern])
        _roll(row, (vehicles[row.vehicle], riders[row.vehicle]), way, (hop_loads, line[0], by_hour[0]), run)


@kernel
def _roll(
    row: Row,
    who: "tuple[Row, Row]",
    way: "tuple[Rows, Row]",
    learned: "tuple[Rows, Row, Row]",
    run: "tuple[int, np.ndarray, np.ndarray, np.ndarray]",
) -> None:
    """Roll a run's load on from call to call, and note when it passes; where it is lost, it only passes."""
    now, times, loads, passed_at = run
    calls, pattern = way
    hop_loads, line, by_hour = learned
    first, last = int(row.next_position), int(row.next_position + row.call_count)
    begins = is_to_begin(row)
    load, variance, exchanges_from = _begin(row, who, begins, now)
    noise, common = stop_noise(line), 0.0
    for position in range(max(first, 1), last):
        if position > exchanges_from or math.isnan(load):
            hop = calls[pattern.call_first + position].hop
            if hop < 0 or (begins and hop_loads[hop].count < BEGINS_AFTER):
                load = math.nan
            ahead_s = _ahead_s(times[position - 1 - first, 4]) if position > first else -1.0
            gap_s = _pass(hop, (hop_loads, passed_at), now, ahead_s) if hop >= 0 else math.nan
            stays, boards = exchange_at(way, hop_loads, position - 1)
            if math.isnan(load):
                continue
            if math.isnan(boards) or math.isnan(gap_s):
                variance += UNKNOWN_STOP_VARIANCE
            else:
                ahead_s = max(ahead_s, 0.0)
                boards *= line.level * usual_at(by_hour, now + ahead_s) * gap_s / CAME_S
                common = stays * common + boards * (BOARDS_SD + BOARDS_SD_PER_HOUR * ahead_s / 3600.0)
                variance = stays * stays * variance + noise * ((1.0 - stays) * load + boards + TURNED_LEAST)
                load = min(stays * load + boards, LOAD_MAX)
        if not math.isnan(load):
            loads[position - first, 0] = int(100.0 * load + 0.5)
            spread = math.sqrt(variance + common * common)
            loads[position - first, 1] = min(int(200.0 * spread + 0.5), NO_LOAD - 1)


@kernel
def _pass(hop: int, hops: "tuple[Rows, np.ndarray]", now: int, ahead_s: float) -> float:
    """How long after the one before it a vehicle sets out on a hop (transit.crowding.gaps_ahead), noting that it does.

    ``ahead_s`` is below nought where nobody knows when, or it does now.
    """
    hop_loads, passed_at = hops
    if ahead_s < 0.0:
        return gap_ahead(hop_loads[hop], passed_at[hop], 0.0, 0.0)
    gap_s = gap_ahead(hop_loads[hop], passed_at[hop], now + ahead_s, ahead_s)
    passed_at[hop] = max(passed_at[hop], now + ahead_s)
    return gap_s


@kernel
def _ahead_s(comes_s: int) -> float:
    """Seconds until a call is left, as forecast; below nought where that is not known."""
    return -1.0 if comes_s == NO_TIME else max(float(comes_s), 0.0)


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
