"""Hops that the timetable gives no time: added trips are written down in haste, some as two lists of stops in one.

Such a hop takes the line's usual speed. Where it is long, and a stop further back lies much nearer, two lists were
glued together: the second goes on from the first stop of the first that is no further away than hops are long.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.state import NONE, Rows

FASTEST_MPS: Final = 35.0
SLOWEST_MPS: Final = 3.0
GLUED_M: Final = 2500.0
LONGER: Final = 1.25
"""A hop to the second list is at most so much longer than the longest that the first list times."""

GLUED_SHARE: Final = 0.5
"""A hop of GLUED_M that shrinks to less than this share from an earlier stop is no hop."""


def time_untimed(calls: Rows, used: npt.NDArray[np.int64], firsts: npt.NDArray[np.int32]) -> None:
    """Give hops that no train could make in the time they are given the line's usual speed, and dwells before them.

    ``used`` are the calls that end a hop, ``firsts`` the first calls of the patterns in order. Fills ``usual_run_s``,
    ``usual_dwell_s`` and ``glued``.
    """
    length_m = calls["progress_m"][used] - calls["progress_m"][used - 1]
    run_s = calls["usual_run_s"][used].astype(np.float64)
    timed = run_s * FASTEST_MPS > length_m
    if timed.all() or not run_s[timed].any():
        return
    stood_s = calls["usual_dwell_s"][used - 1][timed]
    usual_dwell_s = float(np.median(stood_s[stood_s > 0.0])) if stood_s.any() else 0.0
    mps = max(float(length_m[timed].sum() / run_s[timed].sum()), SLOWEST_MPS)
    for row, drawn_m in zip(used[~timed].tolist(), length_m[~timed].tolist(), strict=True):
        first = int(firsts[np.searchsorted(firsts, row, side="right") - 1])
        within = length_m[timed & (used > first) & (used < row)]
        junction, way_m = _find_junction(calls, (first, row), LONGER * float(within.max(initial=0.0)))
        is_glued = drawn_m > GLUED_M and way_m < GLUED_SHARE * drawn_m
        calls["glued"][row] = junction if is_glued else NONE
        calls["usual_run_s"][row] = (way_m if is_glued else drawn_m) / mps
        if calls["usual_dwell_s"][row - 1] == 0.0:
            calls["usual_dwell_s"][row - 1] = usual_dwell_s


def _find_junction(calls: Rows, span: tuple[int, int], hop_most_m: float) -> tuple[int, float]:
    """The first position no further from a call than a hop may be, else the nearest; and metres from there."""
    first, row = span
    before = calls[first : row - 1]
    if not len(before):
        return NONE, np.inf
    apart_m = np.hypot(before["x_m"] - calls["x_m"][row], before["y_m"] - calls["y_m"][row])
    near = np.flatnonzero(apart_m <= hop_most_m)
    junction = int(near[0]) if len(near) else int(np.argmin(apart_m))
    return junction, float(apart_m[junction])
