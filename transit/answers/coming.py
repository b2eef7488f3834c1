"""What may come to a stop: a call of a tracked run, of the timetable, or of a line that runs by headway."""

from typing import NamedTuple

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS, RunForecast
from transit.answers.calls_here import CallHere
from transit.answers.ladder import Standing
from transit.answers.line_view import LineView
from transit.answers.run_ids import RunKey

ARRIVAL_P50 = 1
DEPARTURE_P50 = 4


class AimedCall(NamedTuple):
    """A call as the timetable has it; POSIX s. ``arrives_at`` is ``None`` at a first call, ``departs_at`` at a last."""

    leaves_at: int
    """When it is over by the timetable: departure, at a last call arrival."""
    key: RunKey
    trip: int
    here: CallHere
    arrives_at: int | None
    departs_at: int | None
    starts_at: int
    """When the run leaves its first stop."""


class HeadwayWindow(NamedTuple):
    """A trip's calls here come every ``every_s`` between two moments (POSIX s), at no times of their own."""

    starts_at: int
    ends_at: int
    every_s: int
    key: RunKey
    """The trip on its day: no run of it has a start of its own."""
    here: CallHere


class Coming(NamedTuple):
    """One candidate for an answer, ordered by ``at`` (POSIX s): when a rider should be at the stop.

    A tracked run's call has ``run``, and ``times_row`` where the tracker forecast it (-1 beyond its horizon); the
    timetable's own has ``aimed`` alone; a headway has ``headway``.
    """

    at: float
    key: RunKey | None
    here: CallHere
    standing: Standing
    run: RunForecast | None = None
    times_row: int = -1
    aimed: AimedCall | None = None
    headway: HeadwayWindow | None = None
    line: LineView | None = None
    """The line group's value that it was read from, if the group has one."""


def time_at(times: "memoryview[int]", row: int, column: int, computed_at: int) -> int | None:
    """The moment (POSIX s) in a forecast's column, ``None`` where it has no such time."""
    seconds = times[row * TIME_COLUMNS + column]
    return None if seconds == NO_TIME else computed_at + seconds
