"""How slow the streets are: congestion that spreads to neighbouring streets and lasts, and rare incidents.

Noise on a lattice of places and times, blended smoothly between its knots (value noise), so that any place at any time
has one answer and near places at near times have near ones.
"""

from itertools import product

import numpy as np
import numpy.typing as npt

from simulators.chance import Draws, draw_normal, draw_uniform
from simulators.city.conditions import USUAL, Conditions
from transit.timetable.compiled import Floats

_CELL_DEG = 0.011
"""Knots some 1.2 km apart: congestion is a matter of a few blocks."""
_LAST_S = 1500.0
"""Knots 25 minutes apart: congestion builds up and clears in half an hour."""
STEP_S = 300.0
_SPREAD = 0.26
_FRONT, _FRONT_LASTS = 12.0, 6.0
"""Rain comes in fronts some 15 km wide that stay for two or three hours."""
_INCIDENT_SLOWNESS = 0.75


def _blend(fraction: Floats) -> Floats:
    return fraction * fraction * (3 - 2 * fraction)


def _noise(seed: int, x: Floats, y: Floats, t: Floats) -> Draws:
    """Smooth noise of unit spread at the knots."""
    corner = [np.floor(axis).astype(np.int64) for axis in (x, y, t)]
    weight = [_blend(axis - low) for axis, low in zip((x, y, t), corner, strict=True)]
    total = np.zeros_like(x)
    for step in product((0, 1), repeat=3):
        share = np.ones_like(x)
        for up, part in zip(step, weight, strict=True):
            share = share * (part if up else 1 - part)
        total += share * draw_normal(seed, *(low + up for low, up in zip(corner, step, strict=True)))
    return total


def _incidents(seed: int, ratio: float, x: Floats, y: Floats, t: Floats) -> Draws:
    """What incidents add: each fills its cell at once and clears over its half hour."""
    slot = np.floor(t).astype(np.int64)
    struck = draw_uniform(seed, np.floor(x).astype(np.int64), np.floor(y).astype(np.int64), slot) < ratio
    return np.asarray(np.where(struck, _INCIDENT_SLOWNESS * (1 - (t - slot)), 0.0))


def slowness(seed: int, latitude: Floats, longitude: Floats, at: Floats, like: Conditions = USUAL) -> Floats:
    """Times by which the traffic at each place and POSIX second stretches a hop: 1 is as the timetable thinks."""
    x, y, t = longitude / _CELL_DEG, latitude / _CELL_DEG, at / _LAST_S
    wide = _noise(seed, x / 3, y / 3, t / 3)
    near = _noise(seed + 1, x, y, t)
    rain = np.maximum(_noise(seed + 3, x / _FRONT, y / _FRONT, t / _FRONT_LASTS), 0.0)
    stretch = np.exp(_SPREAD * (0.6 * wide + 0.8 * near) + like.weather * rain)
    return np.asarray(stretch + _incidents(seed + 2, like.incident_ratio, x, y, t))


class TrafficDay:
    """The slowness at a set of places over a day, reckoned once for every five minutes."""

    def __init__(
        self,
        seed: int,
        latitude: Floats,
        longitude: Floats,
        *,
        starts_at: float,
        ends_at: float,
        like: Conditions = USUAL,
    ) -> None:
        self._starts_at = starts_at
        steps = np.arange(starts_at, ends_at + STEP_S, STEP_S) + STEP_S / 2
        self._last = len(steps) - 1
        self._slowness = np.empty((len(steps), len(latitude)), np.float32)
        for order, step in enumerate(steps):
            self._slowness[order] = slowness(seed, latitude, longitude, np.full(len(latitude), step), like)

    def at(self, places: npt.NDArray[np.int64], moments: Floats) -> Floats:
        """The slowness at each of ``places`` (row numbers) at its moment."""
        step = np.clip((moments - self._starts_at) // STEP_S, 0, self._last).astype(np.int64)
        return self._slowness[step, places].astype(np.float64)
