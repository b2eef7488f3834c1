"""What the control centre changes on the day: vehicles taken out of service, runs that turn short, runs added."""

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_uniform
from simulators.city.conditions import Conditions
from transit.timetable.compiled import Ints, Timetable

Flags = npt.NDArray[np.bool_]
_TURNS_AFTER = 2 / 3
_CALLS_MIN = 8
_ADDED_AFTER_S = 240
"""An added vehicle leaves so long after the one that was too full or too late."""


def find_cancelled(seed: int, conditions: Conditions, duty: Ints) -> Flags:
    """Which runs (in the order of their duties) are not driven: from a breakdown on all of a vehicle's."""
    count = int(duty.max(initial=-1)) + 1
    each = np.arange(count)
    breaks = draw_uniform(seed, each, 141) < conditions.cancelled_ratio
    begins = np.searchsorted(duty, each)
    runs_of = np.diff(np.append(begins, len(duty)))
    kept = np.where(breaks, np.floor(draw_uniform(seed, each, 142) * runs_of), runs_of)
    return np.asarray(np.arange(len(duty)) - begins[duty] >= kept[duty])


def find_served(seed: int, conditions: Conditions, timetable: Timetable, trip: Ints, duty: Ints) -> tuple[Ints, Ints]:
    """The first and last position that each run serves: its pattern's ends, unless it turns short or begins after that.

    A vehicle that turns short begins its way back where it turned, and both runs are of one line.
    """
    pattern = timetable.trip_pattern[trip]
    calls = np.diff(timetable.pattern_call_offset)[pattern].astype(np.int64)
    first, last = np.zeros(len(trip), np.int64), calls - 1
    after = np.minimum(np.arange(len(trip)) + 1, len(trip) - 1)
    line, direction = timetable.pattern_line[pattern], timetable.pattern_direction[pattern]
    returns = (duty[after] == duty) & (line[after] == line) & (direction[after] != direction)
    even = (np.abs(calls[after] - calls) <= 2) & (calls >= _CALLS_MIN)
    turns = returns & even & (draw_uniform(seed, np.arange(len(trip)), 143) < conditions.short_turn_ratio)
    turns &= ~np.append(False, turns[:-1])
    at = np.flatnonzero(turns)
    last[at] = np.round(_TURNS_AFTER * calls[at]).astype(np.int64) - 1
    first[after[at]] = np.maximum(calls[after[at]] - 1 - last[at], 0)
    return first.astype(np.int32), last.astype(np.int32)


def find_added(
    seed: int, conditions: Conditions, trip: Ints, start_s: Ints, *, by_frequency: Flags
) -> tuple[Ints, Ints]:
    """The runs (rows) behind which another vehicle makes the same calls, and when those begin (s of the day).

    Runs by frequency need none: the next one comes at no promised time either.
    """
    chosen = np.flatnonzero((draw_uniform(seed, trip.astype(np.int64), 144) < conditions.added_ratio) & ~by_frequency)
    return chosen.astype(np.int32), (start_s[chosen] + _ADDED_AFTER_S).astype(np.int32)
