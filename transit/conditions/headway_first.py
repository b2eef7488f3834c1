"""The answer for a line that comes often: "every 4-6 min, next in 3", before any single time."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

OFTEN_S: Final = 600
"""Riders turn up without a timetable where vehicles come at least this often."""

LOOKED_AT: Final = 4
"""Headways that the range is made from: what a rider may still wait for."""


class HeadwayFirst(NamedTuple):
    """Vehicles come every ``min_s`` to ``max_s``; the next in ``next_s``."""

    min_s: int
    max_s: int
    next_s: int


def answer_by_headway(
    moments: Sequence[float], *, planned_s: float | None, now: float, next_at: float | None
) -> HeadwayFirst | None:
    """The headways between the next vehicles (POSIX s, in order); ``None`` for a line that is planned less often.

    The range is what comes, not what was planned: a gap or a bunch shows. With one vehicle in sight the plan speaks.
    ``next_at`` is the first of them to which minutes may be counted down; ``None`` where there is none: nothing is
    promised under a vehicle that stands.
    """
    if planned_s is None or not 0 < planned_s <= OFTEN_S or not moments or next_at is None:
        return None
    ahead = moments[: LOOKED_AT + 1]
    headways = [round(behind - before) for before, behind in pairwise(ahead)] or [round(planned_s)]
    return HeadwayFirst(min(headways), max(headways), max(0, round(next_at - now)))
