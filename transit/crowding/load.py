"""A vehicle's load as far as it is known: a mean and a variance, carried from stop to stop."""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

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


class StopHabit(NamedTuple):
    """What is typical of a stop at this hour, learned from the archive.

    ``alighting_ratio`` is the share of those aboard who get off, ``boarding_per_s`` the share of a capacity that comes
    to board a second, ``boarding_spread`` by how much that varies more than chance would.
    """

    alighting_ratio: float
    boarding_per_s: float
    boarding_spread: float = 1.0


class StopAhead(NamedTuple):
    """A stop between the vehicle and the one asked about: its habit if one was learned, and the headway there (s)."""

    habit: StopHabit | None = None
    headway_s: float | None = None


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


def after_stop(load: Load, stop: StopAhead, *, capacity: int) -> Load:
    """The load after a stop: L' = L - alighting + boarding.

    Alighting is a binomial share of those aboard and boarding an overdispersed count that grows with the headway; means
    and variances add up. Where nothing was learned the mean stays and the variance grows.
    """
    habit = stop.habit
    if habit is None or stop.headway_s is None:
        return Load(load.mean, load.variance + TURNOVER_SD**2)
    stays = 1 - habit.alighting_ratio
    boards = habit.boarding_per_s * stop.headway_s
    mean = stays * load.mean + boards
    variance = (
        stays**2 * load.variance
        + habit.alighting_ratio * stays * load.mean / capacity
        + boards * habit.boarding_spread / capacity
    )
    return Load(min(mean, _LOAD_MAX), max(variance, _VARIANCE_MIN))


def load_ahead(load: Load, stops: Iterable[StopAhead], *, capacity: int) -> Load:
    """The load on arrival after these stops; it never falls below zero, whatever counters drift to."""
    for stop in stops:
        load = after_stop(load, stop, capacity=capacity)
    return Load(max(0.0, load.mean), load.variance)


def class_probabilities(load: Load) -> tuple[float, ...]:
    """Probability of each class, ``empty`` to ``full``: a normal load between the classes' bounds; they sum to one."""
    spread = math.sqrt(max(load.variance, _VARIANCE_MIN))
    below = [0.0, *(_normal_cdf((cut - load.mean) / spread) for cut in CLASS_CUTS), 1.0]
    return tuple(high - low for low, high in pairwise(below))


def _normal_cdf(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))
