"""How one agency's devices were seen to report: the seconds between reports, and the metres beside the way.

A profile replaces the regular intervals and the GPS error of simulators.city.devices for buses by what was observed.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_normal, draw_uniform
from transit.timetable.compiled import Floats

Rows = npt.NDArray[np.int64]

BLOCK_S: Final = 3600
"""Gaps are drawn one after another from the beginning of each such span of time."""

DRIFT_S: Final = 180
"""How long a device's error takes to become another."""

SHARES: Final = (*(step / 40 for step in range(40)), 0.98, 0.985, 0.99, 0.995, 1.0)
"""The shares at which a profile's quantiles are taken."""

DELAY_S: Final = 2.0
"""From the device to the control centre."""

SEEN_BESIDE: Final = 2 / math.pi
"""The mean share of an error in any direction that lies across a way."""

_GAPS_A_BLOCK_MAX: Final = 512


@dataclass(frozen=True)
class DeviceProfile:
    """Quantiles at ``SHARES``: seconds between a vehicle's reports, metres between a report and the vehicle's way."""

    gap_s: tuple[float, ...]
    beside_m: tuple[float, ...]


def fit_profile(gap_s: Floats, beside_m: Floats) -> DeviceProfile:
    """The profile of observed gaps (s) and distances from the way (m)."""
    quantiles = [tuple(np.round(np.quantile(each, SHARES), 2).tolist()) for each in (gap_s, beside_m)]
    return DeviceProfile(gap_s=quantiles[0], beside_m=quantiles[1])


def take_latest(
    seed: int, profile: DeviceProfile, vehicles: Rows, at: float, *, age_max_s: float
) -> tuple[Rows, Floats]:
    """Those of ``vehicles`` that have reported by ``at``, no longer ago than ``age_max_s``, and when they last did."""
    moments, newest = find_moments(seed, profile, int(vehicles.max(initial=0)) + 1, at - DELAY_S)
    moment = np.where(newest[vehicles] >= 0, moments[vehicles, np.maximum(newest[vehicles], 0)], -np.inf)
    here = moment >= at - age_max_s
    return vehicles[here], moment[here]


def find_moments(seed: int, profile: DeviceProfile, count: int, at: float) -> tuple[Floats, Rows]:
    """The moments (POSIX s) of the reports of vehicles 0 to ``count`` and more, rising along each row.

    With them the place of each row's newest by ``at``; -1 where it has none.
    """
    rows = 1 << max(count - 1, 1).bit_length()
    moments = _moments_around(seed, profile, rows, int(at) // BLOCK_S)
    return moments, np.asarray((moments <= at).sum(axis=1) - 1, np.int64)


@lru_cache(maxsize=8)
def _moments_around(seed: int, profile: DeviceProfile, count: int, block: int) -> Floats:
    """The reports of a block and of the one before; where a row has fewer than others it begins with minus infinity."""
    found = np.concatenate([_moments_of(seed, profile, count, each) for each in (block - 1, block)], axis=1)
    found.sort(axis=1)
    return found


def _moments_of(seed: int, profile: DeviceProfile, count: int, block: int) -> Floats:
    mean_s = max(float(np.interp(np.linspace(0, 1, 101), SHARES, profile.gap_s).mean()), 1.0)
    number = np.arange(min(_GAPS_A_BLOCK_MAX, int(2 * BLOCK_S / mean_s) + 8))
    vehicle = np.arange(count)[:, None]
    gap_s = np.interp(draw_uniform(seed, vehicle, block, number, 88), SHARES, profile.gap_s)
    gap_s[:, 0] *= draw_uniform(seed, np.arange(count), block, 89)
    after_s = np.floor(np.cumsum(gap_s, axis=1))
    return np.where(after_s < BLOCK_S, block * BLOCK_S + after_s, -np.inf)


def stray(seed: int, profile: DeviceProfile, vehicles: Rows, at: Floats) -> tuple[Floats, Floats]:
    """How far reports lie off the truth, north and east (m): far enough for their way to be as far as the profile says.

    An error drifts, and its direction with it; some ``SEEN_BESIDE`` of its length lie across a way.
    """
    spell = (at // DRIFT_S).astype(np.int64)
    part = at % DRIFT_S / DRIFT_S
    here, there = draw_normal(seed, vehicles, spell, 95), draw_normal(seed, vehicles, spell + 1, 95)
    drift = ((1 - part) * here + part * there) / np.sqrt((1 - part) ** 2 + part**2)
    share = 0.5 * (1 + np.array([math.erf(each) for each in (drift / math.sqrt(2)).tolist()]))
    length = np.interp(share, SHARES, profile.beside_m) / SEEN_BESIDE
    turned = 2 * np.pi * (draw_uniform(seed, vehicles, spell, 96))
    return np.asarray(length * np.cos(turned)), np.asarray(length * np.sin(turned))
