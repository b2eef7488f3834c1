"""What earlier service taught a line, as the kernels read it beside the line's own state; all weights 0 without it."""

from typing import Final, NamedTuple

import numpy as np

from transit.tracking.line_tables import LineTables
from transit.tracking.state import LAG_SHARES, Rows

PAST_HOP: Final = np.dtype(
    [("weight", "f4"), ("both_log", "f4"), ("run_log", "f4"), ("dwell_weight", "f4"), ("dwell_log", "f4")], align=True
)
"""A hop's usual ln(seconds): arrival to arrival, on the way, standing before; worth so many vehicles seen today."""

PAST_LAGS: Final = np.dtype([("weight", "f4"), ("lag_s", "f4", (LAG_SHARES,))], align=True)
"""Of a pattern's first stop: evenly spaced quantiles of how long after their time vehicles left."""

PAST_PLACE: Final = np.dtype([("key", "u4"), ("count", "f4"), ("mean_log", "f4")], align=True)
"""As transit.forecasting.memory.PLACE, sorted by key."""

DEMAND_HOURS: Final = 32
"""A service day may last so long."""

PAST_DEMAND: Final = np.dtype([("starts_at", "i8"), ("level", "f4", (DEMAND_HOURS,))], align=True)
"""How many board the line in each hour of the service day that began at ``starts_at`` (POSIX s), as a multiple of what
they do in its hours on average; 1 where nothing is known."""


class Past(NamedTuple):
    """By hop, by pattern, by place; ``demand`` is one row."""

    hops: Rows
    lags: Rows
    places: Rows
    demand: Rows


def no_past(tables: LineTables) -> Past:
    """Nothing is known from before."""
    hops = np.zeros(max(1, len(tables.hop_rows)), PAST_HOP)
    demand = np.zeros(1, PAST_DEMAND)
    demand["level"] = 1.0
    return Past(hops, np.zeros(max(1, len(tables.patterns)), PAST_LAGS), np.zeros(1, PAST_PLACE), demand)
