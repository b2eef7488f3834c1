"""When a bus comes to stops that it may have passed since its last report, unseen.

A report says where a bus was, not where it is: half a minute or two minutes on it has gone on as far as ever, and where
stops are near one another it has passed some. That it was not seen to is no reason to tell later calls any later. But
who still waits at a stop knows that the bus has not come yet, and of the times at which it may come only those ahead
count.
"""

import math
from typing import Final

from transit.tracking.kernels import kernel

UNSEEN_SHARE: Final = 0.15
"""How far a bus strays from what is foretold, as a share of the seconds since its report."""

LEAST_S: Final = 1.0
OVERDUE_SHARE: Final = 0.25
OVERDUE_MAX_S: Final = 120.0
"""Who is overdue comes the later the longer it has been so: by this share of it."""


@kernel
def still_ahead_s(ahead_s: float, unseen_s: float) -> float:
    """Seconds until a bus comes, told to those to whom it has not come yet; it grows with ``ahead_s``.

    ``ahead_s`` is what its last report let expect (negative: it should have come), ``unseen_s`` the age of that report.
    The formula is the mean of what lies ahead of now under a logistic spread: s ln(1 + exp(x / s)).
    """
    spread_s = max(UNSEEN_SHARE * unseen_s, LEAST_S)
    if ahead_s > 20.0 * spread_s:
        return ahead_s
    mean_s = spread_s * math.log1p(math.exp(ahead_s / spread_s))
    return float(max(mean_s, min(-OVERDUE_SHARE * ahead_s, OVERDUE_MAX_S)))
