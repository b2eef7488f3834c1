"""A vehicle's load as far as it is known: a mean and a variance, carried from stop to stop."""

import math
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.line_forecasts import LOAD_COLUMNS, NO_LOAD
from transit.crowding.scale import CLASS_CUTS, CLASSES, class_bounds

PERCENTAGE_SD: Final = 0.05
"""Standard error of a reported percentage: counters miss one rider in twenty, and percentages are coarse by design."""

TURNOVER_SD: Final = 0.05
"""How far the load wanders at a stop of which nothing was learned: some two riders of a bus's forty."""

AGEING_SD_PER_MINUTE: Final = 0.02
"""How far the load may have wandered in each minute since the report, stops unseen."""

_LOAD_MAX: Final = 2.0
_VARIANCE_MIN: Final = 1e-4


class Load(NamedTuple):
    """Share of the capacity: ``mean`` and ``variance``."""

    mean: float
    variance: float


def reported_load(status: int | None, percentage: int | None) -> Load | None:
    """The load that a report means; ``None`` where it means none.

    A percentage says more than a class and is taken before it. Percentages below zero are no data; above a hundred
    they are kept, for a vehicle may hold more than it was built for. Nought that no class confirms is unknown: some
    feeds write it where nobody counts, and no data never reads as empty.
    """
    if percentage is not None and percentage >= 0 and (percentage > 0 or status is not None):
        return Load(min(percentage / 100, _LOAD_MAX), PERCENTAGE_SD**2)
    if status is None or not 0 <= status < CLASSES:
        return None
    low, high = class_bounds(status)
    return Load((low + high) / 2, max((high - low) ** 2 / 12, _VARIANCE_MIN))


def aged(load: Load, age_s: float) -> Load:
    """A report's load ``age_s`` later: less sure by the minute, no fuller and no emptier."""
    return load._replace(variance=load.variance + (AGEING_SD_PER_MINUTE * max(0.0, age_s) / 60) ** 2)


def beyond_stops(load: Load, stops: int) -> Load:
    """The load so many stops on where nothing was learned of them: the mean stays and the variance grows."""
    return Load(max(0.0, load.mean), load.variance + stops * TURNOVER_SD**2)


def load_in_row(loads: bytes, row: int) -> Load | None:
    """The load on arrival told in a row of schemas.line_forecasts.LineForecasts.loads; ``None`` where none is."""
    first = row * LOAD_COLUMNS
    if row < 0 or first >= len(loads) or loads[first] == NO_LOAD:
        return None
    return Load(loads[first] / 100, (loads[first + 1] / 200) ** 2)


def class_probabilities(load: Load) -> tuple[float, ...]:
    """Probability of each class, ``empty`` to ``full``: a normal load between the classes' bounds; they sum to one."""
    spread = math.sqrt(max(load.variance, _VARIANCE_MIN))
    below = [0.0, *(_normal_cdf((cut - load.mean) / spread) for cut in CLASS_CUTS), 1.0]
    return tuple(high - low for low, high in pairwise(below))


def _normal_cdf(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))
