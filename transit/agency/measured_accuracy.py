"""How right an agency's predictions and Headway's have been on one line, learned passage by passage, by horizon.

For each bin of horizon one promise a run is remembered: what Headway worked out, what the agency said, what was told.
When the vehicle comes, each one's error, relative to the horizon and half a minute, is counted, its square and their
product; what is old weighs less. The agency is corrected by its mean error and weighed so that the mean square of both
together is least (Bates and Granger, 1969): two who err alike gain little from each other. The band's width follows
what came: each passage outside of it widens its side a little, each one inside narrows it a ninth as much, so that a
tenth lies on each side in the long run (Gibbs and Candès, 2021).
"""

import math
from bisect import bisect_right
from typing import Final

import msgspec

from transit.forecasting.memory import BINS
from transit.forecasting.promises import ADDED_S, EDGES_S, WIDEST

MEMORY: Final = 150.0
"""Passages of a horizon after which the first of them counts a third."""

POOLED: Final = 8.0
"""What is known of all horizons weighs as much as so many passages of one."""

PRIOR_WEIGHT: Final = 8.0
OWN_PRIOR: Final = 0.04
AGENCY_PRIOR: Final = 0.12
PRODUCT_PRIOR: Final = 0.02
"""Mean squares and product before anything was measured: an agency that was never checked has a sixth of the say."""

STEP: Final = 0.08
TAIL: Final = 0.1
NARROWEST: Final = 0.2
WIDEST_BAND: Final = 4.0
_EDGES: Final = [float(edge) for edge in EDGES_S[1:-1]]


class Promise(msgspec.Struct, array_like=True, frozen=True):
    """What was said at ``made_at`` (POSIX s) of a call at ``position``: times in POSIX s, the band as it was told."""

    bin: int
    position: int
    made_at: int
    own_at: int
    agency_at: int
    told_at: int
    early_at: int
    late_at: int


class Horizon(msgspec.Struct, array_like=True):
    """One bin: passages counted, sums over their relative errors, and how much wider each side of the band is told.

    ``own``, ``agency`` and ``told`` are sums of squares, ``product`` of both errors' products, the leans of the errors.
    """

    count: float = 0.0
    own: float = 0.0
    agency: float = 0.0
    product: float = 0.0
    own_lean: float = 0.0
    agency_lean: float = 0.0
    told: float = 0.0
    early: float = 1.0
    late: float = 1.0


class Measured(msgspec.Struct, array_like=True):
    """One line's horizons, and the promises that wait for their vehicle, by run (``<trip id>@<service date>``)."""

    horizons: list[Horizon]
    waiting: dict[str, list[Promise]]


def new_measured() -> Measured:
    """Nothing known yet."""
    return Measured([Horizon() for _ in range(BINS)], {})


def bin_of_horizon(ahead_s: float) -> int:
    """The bin of a horizon, as promises are kept by (transit.forecasting.promises)."""
    return bisect_right(_EDGES, ahead_s)


class Trust(msgspec.Struct, frozen=True):
    """What a line's measures come to in one bin: the agency's weight, and factors for the band's two sides.

    ``lean`` is what the agency's times are to be moved by, as a share of the horizon and half a minute.
    """

    weight: float
    early: float
    late: float
    lean: float = 0.0


def list_trusts(measured: Measured, *, fixed_weight: float | None = None) -> list[Trust]:
    """For each bin; ``fixed_weight`` in place of what was measured, where the agency is believed anyhow."""
    horizons, prior = measured.horizons, (OWN_PRIOR, AGENCY_PRIOR, PRODUCT_PRIOR, 0.0, 0.0, OWN_PRIOR)
    count = sum(each.count for each in horizons) + PRIOR_WEIGHT
    sums = [_sums(each) for each in horizons]
    pooled = [(sum(of_all) + PRIOR_WEIGHT * before) / count for *of_all, before in zip(*sums, prior, strict=True)]
    trusts = []
    for each, here in zip(horizons, sums, strict=True):
        weighs = each.count + POOLED
        means = [(mine + POOLED * theirs) / weighs for mine, theirs in zip(here, pooled, strict=True)]
        own, agency, product, own_lean, agency_lean, told = means
        width = math.sqrt(told / own)
        if fixed_weight is None:
            agency, product = agency - agency_lean**2, product - own_lean * agency_lean
            apart = own + agency - 2.0 * product
            weight = min(max((own - product) / apart, 0.0), 1.0) if apart > 0.0 else 0.0
            trusts.append(Trust(weight, width * each.early, width * each.late, agency_lean))
        else:
            trusts.append(Trust(fixed_weight, width * each.early, width * each.late))
    return trusts


def _sums(horizon: Horizon) -> tuple[float, float, float, float, float, float]:
    return (
        horizon.own, horizon.agency, horizon.product, horizon.own_lean, horizon.agency_lean, horizon.told,
    )  # fmt: skip


def keep_promises(measured: Measured, run: str, position: int, arrived_at: int) -> None:
    """A vehicle came to a call of a run: count what was said of it, and drop what was said of calls before."""
    waiting = measured.waiting.get(run)
    if waiting is None:
        return
    for promise in waiting:
        if promise.position == position:
            _count(measured.horizons[promise.bin], promise, arrived_at)
    kept = [promise for promise in waiting if promise.position > position]
    if kept:
        measured.waiting[run] = kept
    else:
        del measured.waiting[run]


def make_promise(measured: Measured, run: str, promise: Promise) -> None:
    """Remember what is told of a call, if nothing of its horizon is remembered of the run yet."""
    waiting = measured.waiting.setdefault(run, [])
    if all(each.bin != promise.bin for each in waiting):
        waiting.append(promise)


def forget_promises(measured: Measured, before: int) -> None:
    """Drop what was said before a moment (POSIX s) and never came."""
    for run, waiting in list(measured.waiting.items()):
        kept = [promise for promise in waiting if promise.made_at >= before]
        if kept:
            measured.waiting[run] = kept
        else:
            del measured.waiting[run]


def _count(horizon: Horizon, promise: Promise, arrived_at: int) -> None:
    reach_s = promise.own_at - promise.made_at + ADDED_S
    own, agency, told = (
        _relative(arrived_at - at, reach_s) for at in (promise.own_at, promise.agency_at, promise.told_at)
    )
    fades = 1.0 - 1.0 / MEMORY
    horizon.count = horizon.count * fades + 1.0
    horizon.own = horizon.own * fades + own * own
    horizon.agency = horizon.agency * fades + agency * agency
    horizon.product = horizon.product * fades + own * agency
    horizon.own_lean = horizon.own_lean * fades + own
    horizon.agency_lean = horizon.agency_lean * fades + agency
    horizon.told = horizon.told * fades + told * told
    horizon.early = _follow(horizon.early, is_outside=arrived_at < promise.early_at)
    horizon.late = _follow(horizon.late, is_outside=arrived_at > promise.late_at)


def _relative(error_s: int, reach_s: float) -> float:
    return float(min(max(error_s / max(reach_s, 1.0), -WIDEST), WIDEST))


def _follow(factor: float, *, is_outside: bool) -> float:
    return min(max(factor * math.exp(STEP * (float(is_outside) - TAIL)), NARROWEST), WIDEST_BAND)
