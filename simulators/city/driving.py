"""The rules of driving, compiled: vehicles that reach a stop serve it, leave it and are sent on, in the order of time.

All in one file, which is what numba looks at when it asks whether its compiled code is still good. The sources of the
figures are beside them; what they stand for in transit terms is told in ``simulators/city/movement.py``.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Flags, Floats, Ints
from transit.tracking.kernels import njit

Singles = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint16]
Bytes = npt.NDArray[np.uint8]

WINDOW_S = 20.0
_FASTEST_MPS = 23.0
_FASTEST_TRAIN_MPS = 26.0
_SIGNAL_SHARE, _GREEN_RATIO = 0.16, 0.45
"""Part of a bus's way between stops that it stands at signals, on average; on so many of its ways none is red."""
_SIGNAL_MAX_S = 90.0
_RED_RATIO, _RED_MAX_S = 0.5, 70.0
"""So often the signal behind a stop is red when a bus's doors have closed, and for at most so long."""
_TURN_S = 45.0
_REST_MIN_S = 90.0
_BUS_CLEARS_S, _TRAIN_CLEARS_S = 6.0, 75.0
"""A stop, or a train's block, is free again so long after the vehicle before has left."""
_HURRY_AFTER_S, _HURRY = 90.0, 0.95
AROUND = 1.35
"""The way around a closed street is so much longer."""
_QUEUE_MEMORY_S = 2400.0
"""Nobody waits longer than this for a vehicle that does not come."""
_BUS_STANDS_S = 14.0
"""So much of a hop's timetabled time is for standing at a stop."""
_BUS_DOORS_S, _BUS_BOARD_S, _BUS_ALIGHT_S = 5.0, 1.7, 0.8
_TRAIN_DWELL_S, _TRAIN_RUSH_S, _TRAIN_DOORS = 24.0, 14.0, 24
TRAFFIC_STEP_S = 300.0
"""As simulators.city.traffic.STEP_S."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class Plan(NamedTuple):
    """A row for each run: its first call and timing, how many calls it makes, when it starts (s of the day)."""

    call: Rows
    timing: Rows
    calls: Rows
    start_s: Floats
    row: Rows
    on_siding: Flags
    """It begins where the run before it turned short."""
    is_train: Flags
    wanted: Floats
    """Riders for whom the line has room in its fullest hour, on a usual day."""
    toward: Floats
    """1 for the direction that is fuller in the morning, -1 for the other."""


class Calls(NamedTuple):
    """A row for each call of the timetable's patterns, and its timings."""

    stop: Ints
    progress_m: Floats
    queue: Rows
    boarding: Floats
    alighting: Floats
    timepoint: Flags
    arrival_s: Ints
    departure_s: Ints


class Fleet(NamedTuple):
    """A row for each vehicle: the call that it makes next (``next_at`` is infinite once it is home)."""

    run: Rows
    last_run: Rows
    position: Rows
    row: Rows
    next_at: Floats
    aboard: Floats
    style: Floats
    first_row: Rows


class Depots(NamedTuple):
    """Vehicles by the lines that they share: ``[offset[d], offset[d + 1])`` of ``vehicle``; until when each is driven.

    Riders wait for a line and vehicles give way to others of their line, so nothing of one depot touches another; each
    is driven by itself, within what a processor's cache holds.
    """

    vehicle: Rows
    offset: Rows
    now: Floats


class Queues(NamedTuple):
    """A row for each place where riders of a line wait; ``headway_s`` has a column an hour."""

    left: Floats
    last_departure: Floats
    headway_s: Singles


class Setting(NamedTuple):
    """What the day is like; times are seconds after ``traffic``'s first step begins where unsaid."""

    seed: int
    stall_ratio: float
    stall_s: float
    hold_ratio: float
    load_by_hour: Floats
    tide_by_hour: Floats
    traffic: Singles
    traffic_from_s: float
    room: Floats
    """Of a bus and of a train."""
    signal_behind: Flags
    """Of each stop, whether a bus that has closed its doors there may find a signal red before it."""
    closed_from_s: Floats
    closed_until_s: Floats
    """Of each stop, when no bus can come to it (simulators.city.closed_streets), seconds of the service day."""


class Made(NamedTuple):
    """What happened, a row for each call of the day; times are seconds after ``ORIGIN_S``, 0 where none is yet."""

    arrival: Singles
    departure: Singles
    signal_s: Bytes
    load: Counts
    boarded: Counts
    alighted: Counts
    left_behind: Counts
    left_out: Bytes
    """1 where the vehicle went around the stop, past it at ``arrival``: such a call was not made."""


ORIGIN_S = -7200.0
"""Where a day's made times count from, seconds of the service day: no vehicle is out so early."""


@njit(cache=True, forceinline=True)
def _with_key(word: np.uint64, key: int) -> np.uint64:
    """As simulators.chance draws: one more key."""
    word = (word + _GOLDEN) ^ (np.uint64(key) * _MIX_1)
    word = (word ^ (word >> np.uint64(30))) * _MIX_1
    word = (word ^ (word >> np.uint64(27))) * _MIX_2
    return word ^ (word >> np.uint64(31))


@njit(cache=True, forceinline=True)
def _uniform(word: np.uint64, key: int) -> float:
    word = _with_key(word, key) + _GOLDEN
    word = (word ^ (word >> np.uint64(30))) * _MIX_1
    word = (word ^ (word >> np.uint64(27))) * _MIX_2
    word = word ^ (word >> np.uint64(31))
    return np.float64(word >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, forceinline=True)
def _normal(word: np.uint64, key: int) -> float:
    mine = _with_key(word, key)
    radius = math.sqrt(-2.0 * math.log1p(-_uniform(mine, 1)))
    return radius * math.cos(2 * math.pi * _uniform(mine, 2))


@njit(cache=True)
def draw(seed: int, row: int, key: int) -> tuple[float, float]:
    """The uniform and the normal draw of a row, as simulators.chance makes them: for its test."""
    word = _with_key(np.uint64(seed), row)
    return _uniform(word, key), _normal(word, key)


@njit(cache=True, forceinline=True)
def _dwell_s(boards: float, leaves: float, load_ratio: float, is_train: bool) -> float:
    """Seconds at the stop. A bus that nobody wants does not stop; a train always does.

    A bus boards at the front and empties at the back at the same time; a train's doors share the crowd.
    """
    crowding = 1 + 0.5 * min(max(load_ratio - 0.7, 0.0), 0.5)
    if is_train:
        return _TRAIN_DWELL_S + _TRAIN_RUSH_S * crowding * min((boards + leaves) / _TRAIN_DOORS / 12, 2.0)
    if boards + leaves <= 0:
        return 0.0
    return _BUS_DOORS_S + max(_BUS_BOARD_S * boards, _BUS_ALIGHT_S * leaves) * crowding


@njit(cache=True)
def doors_s(boards: Floats, leaves: Floats, load_ratio: Floats, is_train: Flags) -> Floats:
    """Seconds that doors are open for riders, a row each: for whoever tells the truth of a call."""
    found = np.empty(len(boards))
    for each in range(len(boards)):
        found[each] = _dwell_s(boards[each], leaves[each], load_ratio[each], is_train[each])
    return found


@njit(cache=True, forceinline=True)
def _red_s(seed: int, row: int) -> float:
    return max(_uniform(_with_key(np.uint64(seed), row), 53) - 1 + _RED_RATIO, 0.0) / _RED_RATIO * _RED_MAX_S


@njit(cache=True)
def reds_s(seed: int, rows: Rows) -> Floats:
    """Seconds for which a bus that has closed its doors waits at a signal behind the stop, were there one."""
    found = np.empty(len(rows))
    for each in range(len(rows)):
        found[each] = _red_s(seed, rows[each])
    return found


@njit(cache=True, forceinline=True)
def _serve(
    vehicle: int, plan: Plan, calls: Calls, fleet: Fleet, queues: Queues, said: Setting, made: Made, arrival: float
) -> float:
    """Let people off and on; when the doors could close."""
    run, position, row = fleet.run[vehicle], fleet.position[vehicle], fleet.row[vehicle]
    call = plan.call[run] + position
    queue = calls.queue[call]
    stays = position < plan.calls[run] - 1
    room = said.room[1 if plan.is_train[run] else 0]
    word = _with_key(np.uint64(said.seed), row)
    aboard = fleet.aboard[vehicle]
    leaving = aboard
    if stays:
        share = calls.alighting[call]
        spread = math.sqrt(aboard * share * (1 - share)) * _normal(word, 32)
        leaving = min(max(np.round(aboard * share + spread), 0.0), aboard)
    waiting, boarding = 0.0, 0.0
    if stays:
        aimed_s = plan.start_s[run] + calls.departure_s[plan.timing[run] + position]
        hour = min(max(int(aimed_s // 3600), 0), len(said.load_by_hour) - 1)
        load = said.load_by_hour[hour] * (1 + said.tide_by_hour[hour] * plan.toward[run])
        per_s = load * plan.wanted[run] * calls.boarding[call] / queues.headway_s[queue, hour]
        came = per_s * max(min(arrival - queues.last_departure[queue], _QUEUE_MEMORY_S), 0.0)
        came = max(0.0, np.round(came + math.sqrt(came) * _normal(word, 31)))
        waiting = queues.left[queue] + came
        boarding = min(waiting, room - (aboard - leaving))
        queues.left[queue] = min(waiting - boarding, 2 * room)
    aboard = aboard - leaving + boarding
    fleet.aboard[vehicle] = aboard
    made.load[row], made.boarded[row], made.alighted[row] = int(aboard), int(boarding), int(leaving)
    made.left_behind[row] = int(min(waiting - boarding, 65535.0))
    stuck_s = said.stall_s * _uniform(word, 34) if _uniform(word, 33) < said.stall_ratio else 0.0
    return arrival + _dwell_s(boarding, leaving, aboard / room, plan.is_train[run]) + stuck_s


@njit(cache=True, forceinline=True)
def _leave(
    vehicle: int, plan: Plan, calls: Calls, fleet: Fleet, queues: Queues, said: Setting, arrival: float, ready: float
) -> float:
    """When it goes: not before its time from a first stop, rarely before it from a timepoint."""
    run, position = fleet.run[vehicle], fleet.position[vehicle]
    if position == plan.calls[run] - 1:
        return ready
    call = plan.call[run] + position
    word = _with_key(np.uint64(said.seed), fleet.row[vehicle])
    aimed = plan.start_s[run] + calls.departure_s[plan.timing[run] + position]
    departure = ready
    if position == 0:
        tardy = abs(_normal(word, 41)) * (5.0 if plan.is_train[run] else 22.0)
        departure = max(ready, arrival + _REST_MIN_S, aimed) + tardy
    elif calls.timepoint[call] and _uniform(word, 42) < said.hold_ratio:
        departure = max(ready, aimed)
    if position and departure > arrival and not plan.is_train[run] and said.signal_behind[calls.stop[call]]:
        departure += _red_s(said.seed, fleet.row[vehicle])
    queues.last_departure[calls.queue[call]] = departure
    return departure


@njit(cache=True, forceinline=True)
def _goes_around(run: int, position: int, plan: Plan, calls: Calls, said: Setting, at: float) -> bool:
    """Whether a bus finds the street of a stop on its way closed; terminals are reached some way."""
    if plan.is_train[run] or position == 0 or position >= plan.calls[run] - 1:
        return False
    stop = calls.stop[plan.call[run] + position]
    return bool(said.closed_from_s[stop] <= at < said.closed_until_s[stop])


@njit(cache=True, forceinline=True)
def _hop(
    vehicle: int, plan: Plan, calls: Calls, fleet: Fleet, said: Setting, made: Made, departure: float
) -> tuple[float, float]:
    """Seconds to the next stop, and how many of them at signals."""
    run, position = fleet.run[vehicle], fleet.position[vehicle]
    call, timing = plan.call[run] + position, plan.timing[run] + position
    word = _with_key(np.uint64(said.seed), fleet.row[vehicle])
    train = plan.is_train[run]
    aimed_s = max(float(calls.arrival_s[timing + 1] - calls.departure_s[timing]), 1.0)
    length_m = max(calls.progress_m[call + 1] - calls.progress_m[call], 0.0)
    running = max(aimed_s - (0.0 if train else _BUS_STANDS_S), 0.5 * aimed_s) * fleet.style[vehicle]
    if departure - plan.start_s[run] - calls.departure_s[timing] > _HURRY_AFTER_S:
        running *= _HURRY
    running *= math.exp((0.02 if train else 0.10) * _normal(word, 51))
    if train:
        return max(running, length_m / _FASTEST_TRAIN_MPS), 0.0
    step = min(max(int((departure - said.traffic_from_s) // TRAFFIC_STEP_S), 0), len(said.traffic) - 1)
    red = max(_uniform(word, 52) - _GREEN_RATIO, 0.0) / (1 - _GREEN_RATIO)
    signal = min(-math.log1p(-red) * _SIGNAL_SHARE / (1 - _GREEN_RATIO) * running, _SIGNAL_MAX_S)
    running *= said.traffic[step, calls.stop[call]] * (1 - _SIGNAL_SHARE)
    if made.left_out[fleet.row[vehicle] - 1] or _goes_around(run, position + 1, plan, calls, said, departure):
        running *= AROUND
    return max(running, length_m / _FASTEST_MPS) + signal, signal


@njit(cache=True, forceinline=True)
def _send_on(vehicle: int, plan: Plan, calls: Calls, fleet: Fleet, said: Setting, made: Made, departure: float) -> None:
    """Send it to its next stop, to its next run, or home."""
    run, position, row = fleet.run[vehicle], fleet.position[vehicle], fleet.row[vehicle]
    fleet.row[vehicle] = row + 1
    if position < plan.calls[run] - 1:
        hop_s, signal_s = _hop(vehicle, plan, calls, fleet, said, made, departure)
        made.signal_s[row] = int(signal_s)
        fleet.position[vehicle] = position + 1
        fleet.next_at[vehicle] = departure + hop_s
        return
    if run + 1 >= fleet.last_run[vehicle]:
        fleet.next_at[vehicle] = np.inf
        return
    following = run + 1
    fleet.run[vehicle], fleet.position[vehicle] = following, 0
    if plan.on_siding[following]:
        # one that turned short waits on a siding for its way back, and blocks no platform meanwhile
        aimed = plan.start_s[following] + calls.arrival_s[plan.timing[following]]
        departure = max(aimed - _REST_MIN_S, departure)
    fleet.next_at[vehicle] = departure + _TURN_S


@njit(cache=True, forceinline=True)
def _advance(
    theirs: Rows, until: float, plan: Plan, calls: Calls, fleet: Fleet, queues: Queues, said: Setting, made: Made
) -> None:
    """Serve all of ``theirs`` that reach a stop before ``until``; where two meet, the later waits its turn."""
    due = theirs[fleet.next_at[theirs] < until]
    for each in np.argsort(fleet.next_at[due], kind="mergesort"):
        vehicle = due[each]
        run, position = fleet.run[vehicle], fleet.position[vehicle]
        arrival = fleet.next_at[vehicle]
        row = fleet.row[vehicle]
        if _goes_around(run, position, plan, calls, said, arrival):
            made.left_out[row], made.load[row] = 1, int(fleet.aboard[vehicle])
            made.arrival[row] = made.departure[row] = arrival - ORIGIN_S
            _send_on(vehicle, plan, calls, fleet, said, made, arrival)
            continue
        if position < plan.calls[run] - 1:
            clears = _TRAIN_CLEARS_S if plan.is_train[run] else _BUS_CLEARS_S
            arrival = max(arrival, queues.last_departure[calls.queue[plan.call[run] + position]] + clears)
        ready = _serve(vehicle, plan, calls, fleet, queues, said, made, arrival)
        departure = _leave(vehicle, plan, calls, fleet, queues, said, arrival, ready)
        made.arrival[row], made.departure[row] = arrival - ORIGIN_S, departure - ORIGIN_S
        _send_on(vehicle, plan, calls, fleet, said, made, departure)


@njit(cache=True)
def _is_known(theirs: Rows, fleet: Fleet, made: Made, at: float) -> bool:
    """Whether of all of ``theirs`` on their way at ``at`` it is known when they get there."""
    for vehicle in theirs:
        if fleet.position[vehicle] and np.isfinite(fleet.next_at[vehicle]):
            row = fleet.row[vehicle] - 1
            if made.departure[row] + ORIGIN_S < at:
                return False
    return True


@njit(cache=True)
def drive_until(
    at: float, depots: Depots, plan: Plan, calls: Calls, fleet: Fleet, queues: Queues, said: Setting, made: Made
) -> None:
    """Drive on till all is known of the moment ``at``, depot after depot: no vehicle meets those of another."""
    for depot in range(len(depots.now)):
        theirs = depots.vehicle[depots.offset[depot] : depots.offset[depot + 1]]
        now = depots.now[depot]
        while now <= at or not _is_known(theirs, fleet, made, at):
            soonest = fleet.next_at[theirs].min()
            if not np.isfinite(soonest):
                now = np.inf
                break
            now = max(now + WINDOW_S, (math.floor(soonest / WINDOW_S) + 1) * WINDOW_S)
            _advance(theirs, now, plan, calls, fleet, queues, said, made)
        depots.now[depot] = now
