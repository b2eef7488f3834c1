"""How many want to ride a line at present, as a multiple of what its stops usually draw.

All stops of a line tell of it: after each one a vehicle is fuller or emptier than was expected, and the level is moved
by as much as that is more than chance (a Kalman filter whose state is the level alone). Demand turns by the hour of
the day; where a history has seen how (transit.history.demand_by_hour), the level is beside that: what today has more.
"""

from typing import Final

from transit.tracking.kernels import kernel
from transit.tracking.state import Row

DOUBT_FIRST: Final = 0.3**2
"""Before anything was seen a line's demand may differ from what its first vehicles showed by so much (variance)."""

TURN_PER_HOUR: Final = 0.1
"""The variance by which a level may have moved within an hour: by a third, as a peak begins (a simulated city's)."""

LEVEL_LEAST: Final = 0.4
LEVEL_MOST: Final = 2.5


@kernel
def pass_time(line: Row, now: int) -> None:
    """Let time pass till ``now`` (POSIX s): what was seen of the level says ever less."""
    if line.level_at == 0:
        line.level = 1.0
        line.doubt = DOUBT_FIRST
        line.level_at = now
    elif now > line.level_at:
        line.doubt = min(line.doubt + TURN_PER_HOUR * (now - line.level_at) / 3600.0, DOUBT_FIRST)
        line.level_at = now


@kernel
def note_level(line: Row, usual: float, more: float, variance: float) -> None:
    """Learn from a stop at which ``usual`` would board were the level 1, and ``more`` did than was expected.

    ``variance`` is that of who boards by chance.
    """
    gain = usual * line.doubt / (usual * usual * line.doubt + variance)
    line.level = min(max(line.level + gain * more, LEVEL_LEAST), LEVEL_MOST)
    line.doubt *= 1.0 - gain * usual


@kernel
def usual_at(by_hour: Row, at: float) -> float:
    """Demand at ``at`` (POSIX s) by a history (transit.tracking.past.PAST_DEMAND), as a multiple of the whole day's."""
    hour = int((at - float(by_hour.starts_at)) // 3600.0)
    return float(by_hour.level[min(max(hour, 0), len(by_hour.level) - 1)])
