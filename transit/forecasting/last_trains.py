"""What a hop takes, of what its last trains took and what the timetable allows: none of them is believed alone.

A train that was held, or that ran through on signals all clear, says little of the one behind it, and a timetable may
be wrong on a hop. So each counts the less the further it lies from what the others agree on, as observations with the
heavy tails of Student's t do (Lange, Little and Taylor 1989): by (v + 1) / (v + z²), z being how many of the t's scales
it is off (v times their square is v - 2 variances). That begins at their middle by weight, which a single train never
is, as the timetable is worth a little more.
The last train says more than those before it: each is worth less by a quarter than the one that came after it.
"""

import math
from typing import Final

import numpy as np

from transit.tracking.kernels import kernel
from transit.tracking.state import RECENT_PASSINGS

TRAINS: Final = 4.0
"""Over so many trains what one of them is worth falls to 1/e."""

WORTH: Final = np.array([math.exp(-trains / TRAINS) for trains in range(RECENT_PASSINGS)])
"""What a train is worth that so many others came after."""

FREEDOM: Final = 4.0
"""Degrees of freedom of the t: of Boston's hops the middle deviation is .12 (ln) and the standard one .20, as of it."""

SCALE: Final = (FREEDOM - 2.0) / FREEDOM
"""Of the variance so much is the square of such a t's scale."""

STEPS: Final = 3
"""From the middle a fourth step moves nothing by a second."""


@kernel
def agreed_log(values: "np.ndarray", weights: "np.ndarray", count: int, variance: float) -> float:
    """What the first ``count`` of ``values`` (ln seconds) agree on; ``variance`` (ln²) is of trains about what is told.

    Sorts both arrays by value.
    """
    _sort(values, weights, count)
    agreed = _middle(values, weights, count)
    for _ in range(STEPS):
        total = whole = 0.0
        for i in range(count):
            off = values[i] - agreed
            weight = weights[i] * (FREEDOM + 1.0) / (FREEDOM + off * off / (SCALE * variance))
            total += weight * values[i]
            whole += weight
        agreed = total / whole
    return float(agreed)


@kernel
def _sort(values: "np.ndarray", weights: "np.ndarray", count: int) -> None:
    """Bring values into order, their weights with them: they are ten at most."""
    for i in range(1, count):
        value, weight, j = values[i], weights[i], i
        while j > 0 and values[j - 1] > value:
            values[j], weights[j] = values[j - 1], weights[j - 1]
            j -= 1
        values[j], weights[j] = value, weight


@kernel
def _middle(values: "np.ndarray", weights: "np.ndarray", count: int) -> float:
    """The least of sorted values with half of the weight at or below it."""
    left = 0.0
    for i in range(count):
        left += 0.5 * weights[i]
    for i in range(count - 1):
        left -= weights[i]
        if left <= 0.0:
            return float(values[i])
    return float(values[count - 1])
