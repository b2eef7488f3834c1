"""How many want to ride: who comes to which stop when, and where they get off.

Demand is set so that a line which keeps its headways is as full as its hour should be; vehicles that come late find
more people, and that is what bunches them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_uniform
from simulators.city.duties import Duties, day_starts_at
from transit.timetable.compiled import Floats, Ints, Timetable

BUS_SEATS_AND_ROOM = 75
TRAIN_CARRIAGES = 6
CARRIAGE_ROOM = 210
Whole = npt.NDArray[np.int64]
_HOURS = 32
_PEAK_LOAD = (
    (0, 0.12), (5, 0.15), (6, 0.35), (7, 0.85), (9, 0.5), (11, 0.42), (16, 0.6), (17, 0.9), (19, 0.5), (21, 0.3),
    (23, 0.15),
)  # fmt: skip
_TIDE = 0.22
"""Inbound lines are fuller by this much in the morning and emptier in the evening."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Per row of a day's duties. ``queue`` numbers where people wait: a line's stop in one direction."""

    queue: Ints
    queues: int
    arrivals_per_s: Floats
    alighting_ratio: Floats
    room: Floats


def is_train(timetable: Timetable, call: Ints) -> npt.NDArray[np.bool_]:
    """Whether each call is of a line on rails of its own."""
    kind = timetable.line_route_type[timetable.pattern_line[timetable.call_pattern[call]]]
    return np.asarray(np.isin(kind, (1, 2, 12)) | (kind // 100 == 1) | (kind // 100 == 4))


def expect_riders(timetable: Timetable, duties: Duties, seed: int, *, times: float = 1.0) -> Demand:
    """The demand that a day's duties meet, ``times`` a usual day's."""
    call = duties.call
    pattern = timetable.call_pattern[call]
    line, direction = timetable.pattern_line[pattern], timetable.pattern_direction[pattern]
    place = (line.astype(np.int64) * 4 + direction + 1) * len(timetable.stop_id) + timetable.call_stop[call]
    queue = np.unique(place, return_inverse=True)[1]
    queues = int(queue.max(initial=-1)) + 1
    hour = ((duties.aimed_departure - day_starts_at(duties.day, timetable.timezone)) // 3600).astype(np.int64)
    hour = np.clip(hour, 0, _HOURS - 1)
    boarding, alighting = _profiles(timetable, seed)
    room = np.where(is_train(timetable, call), TRAIN_CARRIAGES * CARRIAGE_ROOM, BUS_SEATS_AND_ROOM).astype(np.float64)
    popularity = 0.6 + 0.7 * draw_uniform(seed, line.astype(np.int64), 11)
    wanted = _load_by_hour(hour, direction) * popularity * room * times
    return Demand(
        queue=queue.astype(np.int32),
        queues=queues,
        arrivals_per_s=wanted * boarding[call] / _headway_s(queue, hour, queues),
        alighting_ratio=alighting[call],
        room=room,
    )


def _load_by_hour(hour: Whole, direction: Ints) -> Floats:
    hours, loads = np.array(_PEAK_LOAD).T
    load = np.interp(hour % 24, hours, loads)
    toward = np.where(direction == 0, 1.0, -1.0)
    tide = np.where((hour >= 6) & (hour < 10), toward, np.where((hour >= 16) & (hour < 20), -toward, 0.0))
    return np.asarray(load * (1 + _TIDE * tide))


def _headway_s(queue: Whole, hour: Whole, queues: int) -> Floats:
    """The headway planned at each row's stop around its hour."""
    counts = np.zeros((queues, _HOURS + 2))
    np.add.at(counts, (queue, hour + 1), 1.0)
    around = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
    return np.asarray(3 * 3600 / np.maximum(around[queue, hour], 1.0))


def _profiles(timetable: Timetable, seed: int) -> tuple[Floats, Floats]:
    """For every call of the timetable its share of a full load that boards, and the part of those aboard who alight."""
    offset = timetable.pattern_call_offset
    boarding, alighting = np.zeros(len(timetable.call_stop)), np.zeros(len(timetable.call_stop))
    attraction = 0.5 + draw_uniform(seed, timetable.call_stop.astype(np.int64), 12)
    for begin, end in zip(offset[:-1].tolist(), offset[1:].tolist(), strict=True):
        share = np.linspace(0, 1, end - begin)
        on = (1 - share) ** 0.7 * attraction[begin:end]
        off = np.clip((0.03 + 0.55 * share**2.2) * attraction[begin:end], 0, 1)
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
