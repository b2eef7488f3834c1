"""How many want to ride: who comes to which stop when, and where they get off.

Demand is set so that a line which keeps its headways is as full as its hour should be; vehicles that come late find
more people, and that is what bunches them.
"""

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_normal, draw_uniform
from simulators.city.driving import Calls, Plan, Singles
from transit.timetable.compiled import Floats, Ints, Timetable
from transit.tracking.kernels import njit

BUS_SEATS_AND_ROOM = 75
TRAIN_CARRIAGES = 6
CARRIAGE_ROOM = 210
Whole = npt.NDArray[np.int64]
HOURS = 32
_PEAK_LOAD = (
    (0, 0.12), (5, 0.15), (6, 0.35), (7, 0.85), (9, 0.5), (11, 0.42), (16, 0.6), (17, 0.9), (19, 0.5), (21, 0.3),
    (23, 0.15),
)  # fmt: skip
_TIDE = 0.22
"""Inbound lines are fuller by this much in the morning and emptier in the evening."""
_STOPS_DIFFER = 0.9
"""The spread of the logarithm of what stops draw: a few have most of a line's riders, and many hardly any."""
_ALIGHT_MOST = 0.6
"""Not more of those aboard get off at a stop that is not the last."""


def is_train(timetable: Timetable, call: Ints | Whole) -> npt.NDArray[np.bool_]:
    """Whether each call is of a line on rails: light rail has its own way too, and doors for all."""
    kind = timetable.line_route_type[timetable.pattern_line[timetable.call_pattern[call]]]
    return np.asarray(np.isin(kind, (0, 1, 2, 12)) | np.isin(kind // 100, (1, 4, 9)))


def number_queues(timetable: Timetable) -> tuple[Whole, int]:
    """For each call the place where its riders wait, a line's stop in one direction; how many such places there are."""
    pattern = timetable.call_pattern
    line, direction = timetable.pattern_line[pattern], timetable.pattern_direction[pattern]
    place = (line.astype(np.int64) * 4 + direction + 1) * len(timetable.stop_id) + timetable.call_stop
    queue = np.unique(place, return_inverse=True)[1].astype(np.int64)
    return queue, int(queue.max(initial=-1)) + 1


def load_by_hour() -> Floats:
    """How full a line's vehicles are in each hour of the service day, as a part of its fullest."""
    hours, loads = np.array(_PEAK_LOAD).T
    return np.asarray(np.interp(np.arange(HOURS) % 24, hours, loads))


def tide_by_hour() -> Floats:
    """By how much inbound lines are fuller in each hour, and outbound ones emptier."""
    hour = np.arange(HOURS)
    return np.where((hour >= 6) & (hour < 10), _TIDE, np.where((hour >= 16) & (hour < 20), -_TIDE, 0.0))


def popularity_of(seed: int, line: Whole) -> Floats:
    """How much each line is liked: the load of its fullest hour as a part of the room."""
    return np.asarray(0.6 + 0.7 * draw_uniform(seed, line, 11))


@njit(cache=True)
def count_by_hour(plan: Plan, calls: Calls, queues: int, hours: int) -> Singles:
    """How many calls are planned at each queue in each hour, with one hour before the first and one after the last."""
    counts = np.zeros((queues, hours + 2), np.float32)
    for run in range(len(plan.call)):
        for position in range(plan.calls[run]):
            aimed_s = plan.start_s[run] + calls.departure_s[plan.timing[run] + position]
            hour = min(max(int(aimed_s // 3600), 0), hours - 1)
            counts[calls.queue[plan.call[run] + position], hour + 1] += 1
    return counts


def planned_headways_s(counts: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The headway around each hour, from ``counts`` of calls by queue and hour (one hour before and one after)."""
    around = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
    return np.asarray(np.float32(3 * 3600) / np.maximum(around, np.float32(1)))


def profile_calls(timetable: Timetable, seed: int) -> tuple[Floats, Floats]:
    """For every call of the timetable its share of a full load that boards, and the part of those aboard who alight."""
    offset = timetable.pattern_call_offset
    boarding, alighting = np.zeros(len(timetable.call_stop)), np.zeros(len(timetable.call_stop))
    liked = draw_normal(seed, timetable.call_stop.astype(np.int64), 12)
    attraction = np.exp(_STOPS_DIFFER * liked - _STOPS_DIFFER**2 / 2)
    for begin, end in zip(offset[:-1].tolist(), offset[1:].tolist(), strict=True):
        share = np.linspace(0, 1, end - begin)
        on = (1 - share) ** 0.7 * attraction[begin:end]
        off = np.clip((0.03 + 0.55 * share**2.2) * attraction[begin:end], 0, _ALIGHT_MOST)
        off[0], off[-1] = 0.0, 1.0
        boarding[begin:end] = on / max(_fullest(on, off), 1e-9)
        alighting[begin:end] = off
    boarding[~timetable.call_boardable] = 0.0
    return boarding, alighting


def _fullest(on: Floats, off: Floats) -> float:
    load = fullest = 0.0
    for boards, leaves in zip(on.tolist(), off.tolist(), strict=True):
        load = load * (1 - leaves) + boards
        fullest = max(fullest, load)
    return fullest
