"""Timepoints where drivers who are early wait for their time: whether a line's drivers do, learned as they leave."""

from typing import Final

from transit.tracking.falling_back import due_at
from transit.tracking.kernels import kernel
from transit.tracking.state import NEVER, Row

EARLY_S: Final = 60
"""Who comes to a timepoint so much before its time shows whether the line holds."""

ON_TIME_S: Final = 30
"""Who then leaves no earlier than this before its time has held."""

FADE_AT: Final = 30
"""At so many early vehicles the older ones are halved."""

SEEN_LEAST: Final = 6
HELD_LEAST: Final = 0.7
"""A line is taken to hold once six early vehicles were seen at its timepoints, of which seven in ten waited."""


@kernel
def leaves_at(vehicle: Row, way: "tuple[Row, ...]", position: int) -> float:
    """When the timetable lets a vehicle leave a timepoint (POSIX s); 0 where a call is none or it has no timetable."""
    if way[0][way[1].call_first + position].timepoint == 0:
        return 0.0
    return due_at(vehicle, way, position)


@kernel
def learn_hold(vehicle: Row, way: "tuple[Row, ...]", position: int, left_at: int) -> None:
    """A vehicle has left a call: if it came early to a timepoint, note whether it waited."""
    line = way[6]
    due = leaves_at(vehicle, way, position)
    if due == 0.0 or vehicle.arrived_time == NEVER or vehicle.arrived_time > due - EARLY_S:
        return
    if line.early >= FADE_AT:
        line.early //= 2
        line.held //= 2
    line.early += 1
    if left_at >= due - ON_TIME_S:
        line.held += 1


@kernel
def hold_s(run: Row, way: "tuple[Row, ...]", position: int, departure: float) -> float:
    """Seconds for which a run that could leave a call at ``departure`` is held there."""
    line = way[6]
    if line.early < SEEN_LEAST or line.held < HELD_LEAST * line.early:
        return 0.0
    due = leaves_at(run, way, position)
    return max(0.0, due - departure) if due > 0.0 else 0.0
