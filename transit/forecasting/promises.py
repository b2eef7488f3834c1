"""How far to trust a forecast: promises are kept until they can be compared, and their errors make p10 and p90.

For each bin of horizon one promise a vehicle is remembered. When the vehicle comes, its error, relative to the horizon
and half a minute, is counted. A line learns from its own vehicles alone, from what is known without any on. Promises
that are overdue count as late as they are by now: the late ones are learned last, and would be missed (ETA.md 6.6).
"""

import math
from itertools import pairwise
from typing import Final

import numpy as np

from transit.forecasting.memory import BINS, LEVELS
from transit.tracking.kernels import array_kernel, kernel
from transit.tracking.state import Row, Rows

EDGES_S: Final = np.array((0.0, 45.0, 90.0, 150.0, 210.0, 300.0, 420.0, 600.0, 840.0, 1140.0, 1500.0, 2100.0, 1e9))
CENTRES_S: Final = np.array((20.0, 65.0, 120.0, 180.0, 255.0, 360.0, 500.0, 710.0, 980.0, 1300.0, 1780.0, 2700.0))
_CENTRE_STEPS: Final = np.array([math.log(after / before) for before, after in pairwise(CENTRES_S.tolist())])
"""Between two centres the spread goes with the logarithm of the horizon."""

ADDED_S: Final = 30.0
WIDEST: Final = 1.2
"""Errors beyond this share of the horizon count as this."""

LOW_SHARE: Final = 0.11
HIGH_SHARE: Final = 0.89
"""The shares below p10 and p90 of what is believed."""

SEEN_LATE_S: Final = 7.0
DUE_LATE_S: Final = 7.0
RAIL_SEEN_LATE_S: Final = 4.0
SEEN_LATE_GAPS: Final = 1.0 / 6.0
DUE_NEAR_S: Final = 180.0
"""Vehicles are seen at a stop some seconds after their doors have opened: reports lie seconds apart, and a bus standing
just short of a stop's place is there once it moves on. Promises are kept by what is seen, riders go by the doors: p10
of buses lies SEEN_LATE_S earlier, where reports are far apart by that share of their usual gap, p90 by DUE_LATE_S, and
beyond DUE_NEAR_S by less: far ahead the late ones are learned last."""

BUS_WEIGHT: Final = 15.0
RAIL_WEIGHT: Final = 10.0
"""How many kept promises what is believed before is worth in each bin: railway lines differ more among themselves."""

MEMORY_WEIGHT: Final = 600.0

_NEAR_LOW: Final = (-0.45, -0.38, -0.33, -0.30, -0.27, -0.24, -0.22, -0.20)
_NEAR_HIGH: Final = (0.55, 0.50, 0.42, 0.36, 0.32, 0.30, 0.28, 0.25)
_BUS_LOW: Final = np.array((*_NEAR_LOW, -0.17, -0.14, -0.115, -0.07))
_BUS_HIGH: Final = np.array((*_NEAR_HIGH, 0.19, 0.15, 0.12, 0.07))
_RAIL_LOW: Final = 0.7 * np.array((*_NEAR_LOW, -0.18, -0.16, -0.14, -0.13))
_RAIL_HIGH: Final = 0.7 * np.array((*_NEAR_HIGH, 0.22, 0.19, 0.17, 0.16))
"""Of what is believed before anything was learned a tenth each lies below and above these. Of a bus far ahead many
small errors, one a hop, add up to less of the horizon; a train's are those of its departure and of the train before."""
_WAITING_WIDER: Final = 1.3

SCALES: Final = np.array((0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5))
"""Either side of what is believed of a line's errors before they were seen may be scaled by one of these."""

SCALE_WEIGHT: Final = 40.0

ON_TIME: Final = LEVELS // 2
"""The first level of those that come late."""


def _edge(level: int) -> float:
    half = LEVELS // 2
    size = WIDEST * float(abs(level - half) / half) ** 1.5
    return float(size if level >= half else -size)


def _believed(size: float, low: float, high: float) -> float:
    """Share of errors believed to be less than ``size``, a tenth each lying below ``low`` and above ``high``."""
    z = 1.2816 * size / abs(low if size < 0.0 else high)
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _prior(bounds: "tuple[np.ndarray, np.ndarray]", scale: float, weight: float) -> "np.ndarray":
    """What is believed before anything was learned: for each bin, waiting ones last, the weight of each level."""
    rows = np.zeros((2 * BINS, LEVELS))
    for b in range(2 * BINS):
        wider = scale * (_WAITING_WIDER if b >= BINS else 1.0)
        low, high = (float(bound[b % BINS]) * wider for bound in bounds)
        shares = [_believed(_edge(i), low, high) for i in range(LEVELS + 1)]
        rows[b] = weight * np.diff(shares)
    return rows


_MIDDLES: Final = np.array([0.5 * (_edge(i) + _edge(i + 1)) for i in range(LEVELS)])
_PRIORS_BUS: Final = np.stack([_prior((_BUS_LOW, _BUS_HIGH), float(scale), BUS_WEIGHT) for scale in SCALES])
_PRIORS_RAIL: Final = np.stack([_prior((_RAIL_LOW, _RAIL_HIGH), float(scale), RAIL_WEIGHT) for scale in SCALES])
_UNSCALED: Final = SCALES.tolist().index(1.0)


@kernel
def bin_of(ahead_s: float) -> int:
    """The bin of a horizon."""
    for b in range(BINS - 1):
        if ahead_s < EDGES_S[b + 1]:
            return b
    return BINS - 1


@kernel
def level_of(size: float) -> int:
    """The level that counts errors of this relative size; finer about 0."""
    half = LEVELS // 2
    step = half * (min(abs(size) / WIDEST, 1.0) ** (2.0 / 3.0))
    return int(min(half + step if size >= 0 else half - step, LEVELS - 0.001))


@kernel
def edge_of(level: int) -> float:
    """The lower edge of a level."""
    half = LEVELS // 2
    size = WIDEST * (abs(level - half) / half) ** 1.5
    return float(size if level >= half else -size)


@kernel
def keep_promises(memory: Row, errors: Rows, position: int, arrived_at: float) -> None:
    """A vehicle came to a call: count the errors of what was promised for it, drop promises that lie behind."""
    for b in range(BINS):
        if memory.promised_at[b] == 0 or memory.promised_call[b] > position:
            continue
        if memory.promised_call[b] == position and arrived_at > 0.0:
            ahead_s = float(memory.promised_in[b])
            level = level_of((arrived_at - float(memory.promised_at[b])) / (ahead_s + ADDED_S))
            row = errors[b + (BINS if memory.promised_waiting[b] else 0)]
            total = row.count.sum()
            if total >= MEMORY_WEIGHT:
                for i in range(LEVELS):
                    row.count[i] *= 1.0 - 1.0 / MEMORY_WEIGHT
            row.count[level] += 1.0
        memory.promised_at[b] = 0


@kernel
def is_nearest_middle(ahead_s: float, onward_s: float) -> bool:
    """Whether of the calls of a bin the one so far ahead lies nearest its middle; ``onward_s`` is the next call's.

    Where stops are close the first call of a bin would always be its nearest: errors are less of a longer horizon, so
    what is near would make the band of what is further too wide. NaN: nothing is foretold of a next call. The last bin
    has no end: there the first call is as good, and seen soonest.
    """
    b = bin_of(ahead_s)
    if not ahead_s < onward_s or bin_of(onward_s) != b or b == BINS - 1:
        return True
    return bool(ahead_s >= CENTRES_S[b] or onward_s - CENTRES_S[b] > CENTRES_S[b] - ahead_s)


@kernel
def make_promise(memory: Row, now: int, call: "tuple[int, bool]", at: float) -> None:
    """Remember what is told of a call, if nothing of its horizon is remembered yet; ``call`` is (position, waiting)."""
    ahead_s = at - now
    if ahead_s < 0.0 or ahead_s > 60_000.0:
        return
    b = bin_of(ahead_s)
    if memory.promised_at[b] == 0:
        memory.promised_at[b] = int(at)
        memory.promised_in[b] = int(ahead_s)
        memory.promised_call[b] = call[0]
        memory.promised_waiting[b] = 1 if call[1] else 0


@kernel
def _scale_of(errors: Rows, prior: "np.ndarray", side: "tuple[int, int]") -> int:
    """Which of ``SCALES`` the levels of one side (first, past the last) are to have.

    What is far away is seen last, and errs as what is near does: a line whose kept promises erred less to this side
    than believed, bin by bin, is believed to err less at horizons it has not yet shown. Who is told too late comes
    rather early, and seldom late: the sides go apart.
    """
    seen, sizes = SCALE_WEIGHT, SCALE_WEIGHT
    for b in range(2 * BINS):
        kept, size, believed, weight = 0.0, 0.0, 0.0, 0.0
        for i in range(LEVELS):
            kept += errors[b].count[i]
            weight += prior[b, i]
            if side[0] <= i < side[1]:
                size += errors[b].count[i] * abs(_MIDDLES[i])
                believed += prior[b, i] * abs(_MIDDLES[i])
        if kept > 0.0:
            seen += kept
            sizes += size / (believed / weight)
    ratio = math.log(sizes / seen)
    best = 0
    for s in range(1, len(SCALES)):
        if abs(ratio - math.log(SCALES[s])) < abs(ratio - math.log(SCALES[best])):
            best = s
    return best


@array_kernel
def learn_spread(memories: Rows, errors: Rows, when: "tuple[int, bool]", spread: "np.ndarray") -> None:
    """Fill ``spread`` with rows (low, high) of relative errors for each bin, waiting runs after those under way.

    ``when`` is (now, whether the line is a railway).
    """
    now, is_rail = when
    priors = _PRIORS_RAIL if is_rail else _PRIORS_BUS
    counts = priors[_scale_of(errors, priors[_UNSCALED], (0, ON_TIME))].copy()
    counts[:, ON_TIME:] = priors[_scale_of(errors, priors[_UNSCALED], (ON_TIME, LEVELS))][:, ON_TIME:]
    for b in range(2 * BINS):
        for i in range(LEVELS):
            counts[b, i] += errors[b].count[i]
    for v in range(len(memories)):
        memory = memories[v]
        for b in range(BINS):
            late_s = float(now) - float(memory.promised_at[b])
            if memory.promised_at[b] != 0 and late_s > 0.0:
                level = level_of(late_s / (float(memory.promised_in[b]) + ADDED_S))
                counts[b + (BINS if memory.promised_waiting[b] else 0), level] += 1.0
    for b in range(2 * BINS):
        spread[b, 0] = _quantile(counts[b], LOW_SHARE)
        spread[b, 1] = _quantile(counts[b], HIGH_SHARE)


@kernel
def _quantile(counts: "np.ndarray", share: float) -> float:
    wanted = share * counts.sum()
    gone = 0.0
    for i in range(LEVELS):
        if gone + counts[i] >= wanted:
            part = (wanted - gone) / max(counts[i], 1e-9)
            return float(edge_of(i) + part * (edge_of(i + 1) - edge_of(i)))
        gone += counts[i]
    return WIDEST


@kernel
def seen_late_s(gap_s: float, is_rail: bool) -> "tuple[float, float]":
    """Seconds by which p10 and p90 are earlier than what reports show; ``gap_s``: how far apart those usually are."""
    if is_rail:
        return RAIL_SEEN_LATE_S, RAIL_SEEN_LATE_S
    return max(SEEN_LATE_S, SEEN_LATE_GAPS * gap_s), DUE_LATE_S


@kernel
def spread_at(
    spread: "np.ndarray", ahead_s: float, waiting: bool, late_s: "tuple[float, float]"
) -> "tuple[float, float]":
    """Seconds from p50 to p10 (not above 0) and to p90 of a forecast so far ahead; ``late_s``: ``seen_late_s``."""
    first = BINS if waiting else 0
    b = 0
    while b < BINS - 1 and ahead_s > CENTRES_S[b + 1]:
        b += 1
    low, high = spread[first + b, 0], spread[first + b, 1]
    if b < BINS - 1 and ahead_s > CENTRES_S[b]:
        part = math.log(ahead_s / CENTRES_S[b]) / _CENTRE_STEPS[b]
        low += part * (spread[first + b + 1, 0] - low)
        high += part * (spread[first + b + 1, 1] - high)
    reach_s = max(ahead_s, 0.0) + ADDED_S
    due_late_s = late_s[1] * min(DUE_NEAR_S / max(ahead_s, 1.0), 1.0)
    return min(low * reach_s - late_s[0], 0.0), max(high * reach_s - due_late_s, 0.0)
