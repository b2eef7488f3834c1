"""How a line's demand turns with a day's hours, by a history: who boards in each beside who does in the one before.

One number an hour for the whole line: a stop's own hours are too few vehicles to be believed, those of all its stops
together are not. Which stops were seen differs from hour to hour, so an hour is held against the one before it at the
stops that both have.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.tracking.past import DEMAND_HOURS
from transit.tracking.state import Rows

Floats = npt.NDArray[np.float64]

EVIDENCE: Final = 20.0
"""A turn seen by so many vehicles at stops is believed by half."""

TURN_MOST: Final = 4.0
"""From one hour to the next demand turns by no more than this, times or part."""


def demand_by_hour(rows: Rows, hops: npt.NDArray[np.int64], kind: int) -> Floats:
    """Who boards in each hour of a service day of a kind, as a multiple of the mean over the hours that were seen.

    ``rows`` are of transit.history.history.LOAD_ROW, ``hops`` says of each which of the line's hops it is. Alike days
    speak before all others. An hour that was not seen is as the one before it; 1 where none was.
    """
    known = ~np.isnan(rows["boards"]) & (rows["headway_s"] > 0.0) & (rows["hour"] >= 0) & (rows["hour"] < DEMAND_HOURS)
    alike = known & (rows["day_type"] == kind)
    used = np.flatnonzero(alike if alike.any() else known)
    level = np.ones(DEMAND_HOURS)
    if not len(used):
        return level
    seen, hop = rows[used], np.unique(hops[used], return_inverse=True)[1]
    count, riders = np.zeros((2, DEMAND_HOURS, int(hop.max()) + 1))
    weight = seen["count"].astype(np.float64)
    np.add.at(count, (seen["hour"], hop), weight)
    np.add.at(riders, (seen["hour"], hop), weight * seen["boards"] / seen["headway_s"])
    rate = riders / np.maximum(count, 1e-9)
    for hour in range(1, DEMAND_HOURS):
        level[hour] = level[hour - 1] * _turn(count[hour - 1 : hour + 1], rate[hour - 1 : hour + 1])
    was_seen = count.any(axis=1)
    return np.asarray(level / level[was_seen].mean())


def _turn(count: Floats, rate: Floats) -> float:
    """Demand of the second of two hours beside the first; 1 where no stop has both."""
    both = (count > 0.0).all(axis=0)
    before, after = rate[:, both].sum(axis=1)
    if before <= 0.0 or after <= 0.0:
        return 1.0
    vehicles = float(count[:, both].min(axis=0).sum())
    turn = min(max(float(after / before), 1.0 / TURN_MOST), TURN_MOST)
    return float(turn ** (vehicles / (vehicles + EVIDENCE)))
