"""What forecasting remembers between two messages, beside what tracking does: typed arrays of the line's state."""

from typing import Final

import numpy as np

TRAIL: Final = 6
"""Places kept of a train's present hop until it arrives and they can be learned from."""

BINS: Final = 12
"""Horizons at which errors are told apart."""

LEVELS: Final = 24
"""Sizes of error that are told apart."""

PLACES: Final = 1024
"""Places of a railway line that times are learned for; what comes after them goes unlearned."""

MEMORY: Final = np.dtype(
    [
        ("run_key", "u8"),
        ("told_at", "f8"),
        ("told_now", "f8"),
        ("place", "u4"),
        ("shown", "u4"),
        ("lag_s", "f4"),
        ("due_since", "u4"),
        ("trail_place", "u4", (TRAIL,)),
        ("trail_shown", "u4", (TRAIL,)),
        ("promised_at", "u4", (BINS,)),
        ("promised_in", "u2", (BINS,)),
        ("promised_call", "i2", (BINS,)),
        ("promised_waiting", "u1", (BINS,)),
        ("arrived", "i2"),
        ("told_call", "i2"),
    ],
    align=True,
)
"""One vehicle, row by row beside VEHICLE.

``place`` names where its newest report stands and ``shown`` the poll that first showed it; the trail holds those of the
hop under way. The promises are one arrival time for each bin of horizon, kept until it can be compared. ``told_at`` is
when it was last (at ``told_now``) said to reach ``told_call``, ``lag_s`` how far what is told still lags behind what is
worked out. ``due_since`` is the poll since which the vehicle has been due at its next call.
"""

PLACE: Final = np.dtype([("key", "u4"), ("count", "f4"), ("mean_log", "f4")], align=True)
"""Seconds from a place of a hop to its end, as the mean of ln(seconds + 8)."""

ERRORS: Final = np.dtype([("count", "f4", (LEVELS,))], align=True)
"""One bin of horizon: how many kept promises erred by each size."""
