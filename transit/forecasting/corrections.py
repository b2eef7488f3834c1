"""What is told beside what is worked out: plain formulas, compiled by ``@kernel`` where the engine uses them.

Whoever explains a served time undoes them with the same formulas.
"""

import math
from typing import Final

SHIFT_S: Final = 8.0
SHIFT_OVER_S: Final = 90.0
"""The skew of a sum of skewed hops is about a constant: its median lies this far below its mean."""

DWELL_BUS_S: Final = 10
"""What a bus is told to stand at a stop; its hops run from arrival to arrival and have the true dwell in them."""

NEAR_S: Final = 60.0
FAR_S: Final = 180.0
RAIL_NEAR_S: Final = 150.0
RAIL_FAR_S: Final = 350.0
"""Calls nearer than NEAR_S are told at once, those FAR_S further away with the whole lag; trains' are surer near by."""


def skew_s(ahead_s: float) -> float:
    """Seconds by which the median of a bus's arrival so far ahead lies below the sum of its hops."""
    return SHIFT_S * (1.0 - math.exp(-max(ahead_s, 0.0) / SHIFT_OVER_S))


def settled_part(ahead_s: float, is_rail: bool) -> float:
    """Which part of the lag of what is told applies to a call so far ahead."""
    if is_rail:
        return min(max((ahead_s - RAIL_NEAR_S) / RAIL_FAR_S, 0.0), 1.0)
    return min(max((ahead_s - NEAR_S) / FAR_S, 0.0), 1.0)
