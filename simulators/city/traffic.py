"""How slow the streets are: congestion that spreads to neighbouring streets and lasts, and rare incidents.

Noise on a lattice of places and times, blended smoothly between its knots (value noise), so that any place at any time
has one answer and near places at near times have near ones.
"""

from itertools import product

import numpy as np

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


def _incidents(seed: int, ratio: float, x: Floats, y: Floats, t: Floats) -> Draws:
    """What incidents add: each fills its cell at once and clears over its half hour."""
    slot = np.floor(t).astype(np.int64)
    struck = draw_uniform(seed, np.floor(x).astype(np.int64), np.floor(y).astype(np.int64), slot) < ratio
    return np.asarray(np.where(struck, _INCIDENT_SLOWNESS * (1 - (t - slot)), 0.0))


class _NoiseField:
    """Smooth noise at a fixed set of places: each knot is drawn once, however many places share it."""

    def __init__(self, seed: int, x: Floats, y: Floats) -> None:
        self._seed = seed
        corner = [np.floor(axis).astype(np.int64) for axis in (x, y)]
        weight = [_blend(axis - low) for axis, low in zip((x, y), corner, strict=True)]
        steps = list(product((0, 1), repeat=2))
        cells = np.concatenate([np.stack((corner[0] + east, corner[1] + north)) for east, north in steps], axis=1)
        self._knots, place = np.unique(cells, axis=1, return_inverse=True)
        self._place = place.reshape(len(steps), len(x))
        self._share = np.stack(
            [(weight[0] if e else 1 - weight[0]) * (weight[1] if n else 1 - weight[1]) for e, n in steps]
        )
        self._drawn: dict[int, Draws] = {}

    def at(self, t: float) -> Draws:
        """The noise at every place at one time."""
        low = int(np.floor(t))
        self._drawn = {knot: self._drawn.get(knot, self._draw(knot)) for knot in (low, low + 1)}
        part = float(_blend(np.array(t - low)))
        drawn = (1 - part) * self._drawn[low] + part * self._drawn[low + 1]
        return np.asarray((self._share * drawn[self._place]).sum(axis=0))

    def _draw(self, knot: int) -> Draws:
        return draw_normal(self._seed, self._knots[0], self._knots[1], knot)


class TrafficDay:
    """Times by which traffic stretches a hop, 1 being as the timetable thinks: ``slowness`` is steps x places.

    The first step begins at ``starts_at``; where nobody drives after it (``ends_at``) there is none.
    """

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
        self.starts_at = starts_at
        x, y = longitude / _CELL_DEG, latitude / _CELL_DEG
        wide, near = _NoiseField(seed, x / 3, y / 3), _NoiseField(seed + 1, x, y)
        rain = _NoiseField(seed + 3, x / _FRONT, y / _FRONT)
        steps = np.arange(starts_at, max(starts_at, ends_at + STEP_S), STEP_S) + STEP_S / 2
        self.slowness = np.empty((len(steps), len(latitude)), np.float32)
        for order, step in enumerate(steps):
            t = float(step) / _LAST_S
            stretch = np.exp(_SPREAD * (0.6 * wide.at(t / 3) + 0.8 * near.at(t)))
            wet = np.maximum(rain.at(t / _FRONT_LASTS), 0.0)
            slots = np.full(len(x), t)
            self.slowness[order] = stretch * np.exp(like.weather * wet) + _incidents(
                seed + 2, like.incident_ratio, x, y, slots
            )
