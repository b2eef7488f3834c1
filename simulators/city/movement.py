"""A service day driven from end to end: when every vehicle really arrives and leaves, and with how many aboard.

Vehicles are rows of arrays. Time moves in short windows; those that reach a stop within a window are served together,
one for each queue, so that a vehicle finds what the one before it left behind. Nothing here scripts bunching or delay:
traffic, passengers and drivers make them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_normal, draw_uniform
from simulators.city.conditions import USUAL, Conditions
from simulators.city.demand import Demand, expect_riders, is_train
from simulators.city.duties import Duties, lay_out_duties
from simulators.city.dwell import dwell_s
from simulators.city.traffic import TrafficDay
from transit.timetable.compiled import Floats, Timetable

_WINDOW_S = 20.0
_FASTEST_MPS = 23.0
_FASTEST_TRAIN_MPS = 26.0
_SIGNAL_SHARE = 0.16
"""Part of a bus's way between stops that it stands at signals, on average."""
_SIGNAL_MAX_S = 90.0
_EARLY_REST_S = 420.0
"""Before its first trip a vehicle stands at the first stop for about this long."""
_TURN_S = 45.0
_REST_MIN_S = 90.0
_BUS_CLEARS_S, _TRAIN_CLEARS_S = 6.0, 75.0
_PULL_OUT_LATE_S = 800.0
_HURRY_AFTER_S, _HURRY = 90.0, 0.95
_LONG_AGO = -1e12
_QUEUE_MEMORY_S = 2400.0
"""Nobody waits longer than this for a vehicle that does not come."""


@dataclass(frozen=True, slots=True)
class DrivenDay:
    """What happened on a service day, a row for each of its duties' calls; the exact truth.

    ``load`` is people aboard when the doors close, ``left_behind`` those for whom there was no room. ``signal_s`` is
    how long the vehicle stands at signals between this call and the next.
    """

    duties: Duties
    arrival: Floats
    departure: Floats
    signal_s: Floats
    load: Floats
    boarded: Floats
    alighted: Floats
    left_behind: Floats
    room: Floats


_RECORDED = ("arrival", "departure", "signal_s", "load", "boarded", "alighted", "left_behind")


@dataclass(frozen=True, slots=True)
class _Luck:
    """Every chance of the day drawn beforehand, one for each row: vehicles meet theirs when they get there."""

    comers: Floats
    leavers: Floats
    stuck_s: Floats
    tardy: Floats
    holds: npt.NDArray[np.bool_]
    spread: Floats
    signal: Floats


def _draw_luck(seed: int, like: Conditions, timepoint: npt.NDArray[np.bool_], on_rails: Floats) -> _Luck:
    each = np.arange(len(timepoint))
    stuck = draw_uniform(seed, each, 33) < like.stall_ratio
    return _Luck(
        comers=draw_normal(seed, each, 31),
        leavers=0.75 + 0.5 * draw_uniform(seed, each, 32),
        stuck_s=np.where(stuck, like.stall_s * draw_uniform(seed, each, 34), 0.0),
        tardy=np.abs(draw_normal(seed, each, 41)) * np.where(on_rails > 0, 5.0, 22.0),
        holds=timepoint & (draw_uniform(seed, each, 42) < like.hold_ratio),
        spread=np.exp(np.where(on_rails > 0, 0.02, 0.10) * draw_normal(seed, each, 51)),
        signal=-np.log1p(-draw_uniform(seed, each, 52)) * _SIGNAL_SHARE * (1 - on_rails),
    )


class _Day:
    """The working state of one day's simulation."""

    def __init__(self, timetable: Timetable, duties: Duties, seed: int, like: Conditions) -> None:
        self.duties = duties
        day_seed = seed + duties.day * 7919
        self.demand: Demand = expect_riders(timetable, duties, seed, times=like.demand)
        self.stop = timetable.call_stop[duties.call].astype(np.int64)
        self.train = is_train(timetable, duties.call).astype(np.float64)
        self.length_m = np.maximum(0.0, np.diff(timetable.call_progress_m[duties.call], append=0.0))
        self.length_m[duties.is_last > 0] = 0.0
        rows = len(duties.call)
        self.luck = _draw_luck(day_seed, like, timetable.call_timepoint[duties.call], self.train)
        self.columns = {name: np.zeros(rows) for name in _RECORDED}
        self.left_at_queue = np.zeros(self.demand.queues)
        self.last_departure = np.full(self.demand.queues, _LONG_AGO)
        count = len(duties.offset) - 1
        self.style = 1 + 0.03 * draw_normal(seed, np.arange(count), 21)
        self.aboard = np.zeros(count)
        begins, ends = duties.offset[:-1].astype(np.int64), duties.offset[1:]
        self.cursor = np.minimum(begins, max(rows - 1, 0))
        wrong = draw_uniform(day_seed, np.arange(count), 22) < like.late_pull_out_ratio
        late = np.where(wrong, _PULL_OUT_LATE_S * draw_uniform(day_seed, np.arange(count), 23), 0.0)
        first_at = duties.aimed_departure[self.cursor] if rows else np.zeros(count)
        self.next_at = np.where(begins < ends, first_at - _EARLY_REST_S + late, np.inf)
        self.traffic = TrafficDay(
            seed,
            timetable.stop_latitude,
            timetable.stop_longitude,
            starts_at=float(duties.aimed_departure.min(initial=np.inf)),
            ends_at=float(duties.aimed_arrival.max(initial=-np.inf)),
            like=like,
        )


def drive_day(timetable: Timetable, day: int, seed: int, like: Conditions = USUAL) -> DrivenDay:
    """Simulate a service day (``date.toordinal()``); the same arguments give the same day to the bit."""
    duties = lay_out_duties(timetable, day, seed, like)
    state = _Day(timetable, duties, seed, like)
    if len(duties.call):
        now = float(np.floor(state.next_at.min() / _WINDOW_S) * _WINDOW_S)
        while True:
            soonest = state.next_at.min()
            if not np.isfinite(soonest):
                break
            now = max(now + _WINDOW_S, float(np.floor(soonest / _WINDOW_S) + 1) * _WINDOW_S)
            _advance(state, now)
    return DrivenDay(duties=duties, room=state.demand.room, **state.columns)


def _advance(state: _Day, until: float) -> None:
    """Serve every vehicle that reaches its next stop before ``until``; where two meet, the later waits its turn."""
    due = np.flatnonzero(state.next_at < until)
    rows = state.cursor[due]
    order = np.lexsort((due, state.next_at[due]))
    _, first = np.unique(state.demand.queue[rows[order]], return_index=True)
    chosen = due[order[np.sort(first)]]
    rows = state.cursor[chosen]
    clears = np.where(state.train[rows] > 0, _TRAIN_CLEARS_S, _BUS_CLEARS_S)
    blocked = (state.last_departure[state.demand.queue[rows]] + clears) * (1 - state.duties.is_last[rows])
    arrival = np.maximum(state.next_at[chosen], blocked)
    ready = _serve(state, chosen, rows, arrival)
    departure = _leave(state, rows, arrival, ready)
    state.columns["arrival"][rows] = arrival
    state.columns["departure"][rows] = departure
    _move_on(state, chosen, rows, departure)


def _serve(state: _Day, vehicles: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], arrival: Floats) -> Floats:
    """Let people off and on; when the doors could close."""
    demand, queue = state.demand, state.demand.queue[rows]
    room, aboard = demand.room[rows], state.aboard[vehicles]
    headway = np.minimum(arrival - state.last_departure[queue], _QUEUE_MEMORY_S)
    came = demand.arrivals_per_s[rows] * np.maximum(headway, 0.0)
    came = np.maximum(0.0, np.round(came + np.sqrt(came) * state.luck.comers[rows]))
    waiting = state.left_at_queue[queue] + came
    leaving = np.clip(np.round(aboard * demand.alighting_ratio[rows] * state.luck.leavers[rows]), 0, aboard)
    leaving = np.where(state.duties.is_last[rows] > 0, aboard, leaving)
    boarding = np.minimum(waiting, room - (aboard - leaving))
    stays = state.duties.is_last[rows] == 0
    boarding = boarding * stays
    aboard = aboard - leaving + boarding
    state.aboard[vehicles] = aboard
    state.left_at_queue[queue] = np.where(stays, np.minimum(waiting - boarding, 2 * room), state.left_at_queue[queue])
    for name, value in (("load", aboard), ("boarded", boarding), ("alighted", leaving)):
        state.columns[name][rows] = value
    state.columns["left_behind"][rows] = (waiting - boarding) * stays
    doors = dwell_s(boards=boarding, leaves=leaving, load_ratio=aboard / room, is_train=state.train[rows])
    return np.asarray(arrival + doors + state.luck.stuck_s[rows])


def _leave(state: _Day, rows: npt.NDArray[np.int64], arrival: Floats, ready: Floats) -> Floats:
    """When each vehicle goes: not before its time from a first stop, rarely before it from a timepoint."""
    duties, queue = state.duties, state.demand.queue[rows]
    aimed = duties.aimed_departure[rows]
    starts = duties.is_first[rows] > 0
    rested = np.maximum(ready, arrival + _REST_MIN_S)
    held = np.where(state.luck.holds[rows], np.maximum(ready, aimed), ready)
    departure = np.where(starts, np.maximum(rested, aimed) + state.luck.tardy[rows], held)
    ends = duties.is_last[rows] > 0
    departure = np.where(ends, ready, departure)
    state.last_departure[queue] = np.where(ends, state.last_departure[queue], departure)
    return np.asarray(departure)


def _move_on(state: _Day, vehicles: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], departure: Floats) -> None:
    """Send each vehicle to its next stop, to its next trip, or home."""
    duties = state.duties
    home = rows + 1 >= duties.offset[vehicles + 1]
    ahead = np.where(home, rows, rows + 1)
    turns = duties.is_last[rows] > 0
    aimed_s = np.maximum(duties.aimed_arrival[ahead] - duties.aimed_departure[rows], 1.0)
    on_rails = state.train[rows] > 0
    fastest = state.length_m[rows] / np.where(on_rails, _FASTEST_TRAIN_MPS, _FASTEST_MPS)
    stop_s = np.where(on_rails, 0.0, 10.0)
    running = np.maximum(aimed_s - stop_s, 0.5 * aimed_s) * state.style[vehicles]
    late = departure - duties.aimed_departure[rows] > _HURRY_AFTER_S
    running = running * np.where(late, _HURRY, 1.0) * state.luck.spread[rows]
    traffic = np.where(on_rails, 1.0, state.traffic.at(state.stop[rows], departure) * (1 - _SIGNAL_SHARE))
    signal = np.minimum(state.luck.signal[rows] * running, _SIGNAL_MAX_S)
    hop = np.maximum(running * traffic, fastest) + signal
    state.columns["signal_s"][rows] = np.where(turns, 0.0, signal)
    # one that turned short waits on a siding for its way back, and blocks no platform meanwhile
    on_siding = duties.first_served[duties.run[ahead]] > 0
    turned = (
        np.where(on_siding, np.maximum(duties.aimed_departure[ahead] - _REST_MIN_S, departure), departure) + _TURN_S
    )
    state.next_at[vehicles] = np.where(home, np.inf, np.where(turns, turned, departure + hop))
    state.cursor[vehicles] = ahead
