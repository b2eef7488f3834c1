"""A recording and the simulated city on its timetable, side by side."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import numpy as np

from headway.city_realism.observe import Observed, observe
from simulators.city.city import City
from simulators.city.device_profile import DeviceProfile, fit_profile
from simulators.city.devices import profiled
from transit.timetable.compiled import Floats, Timetable

POLL_S: Final = 5
TRACK_EVERY_S: Final = 15


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """One thing measured: counts, medians and nine in ten of both, and how far apart their distributions are.

    ``distance`` is the two-sample Kolmogorov-Smirnov statistic, 0 to 1; a city is never compared with what its profile
    was fitted on: ``floor`` is the distance between the recording's own two halves.
    """

    what: str
    unit: str
    recorded: int
    simulated: int
    recorded_median: float
    simulated_median: float
    recorded_p90: float
    simulated_p90: float
    distance: float
    floor: float | None = None


class Realism(msgspec.Struct, frozen=True, kw_only=True):
    """All measures, and what pictures are drawn from: shares at most so large, by edge."""

    from_at: int
    half_at: int
    to_at: int
    likeness: tuple[Likeness, ...]
    edges: dict[str, tuple[float, ...]]
    recorded_shares: dict[str, tuple[float, ...]]
    simulated_shares: dict[str, tuple[float, ...]]
    profile: DeviceProfile


EDGES: Final = {
    "gap": (5, 10, 15, 20, 25, 29, 30, 31, 35, 40, 50, 60, 90),
    "beside": (0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 4, 8, 16, 32, 64, 128),
    "hop": (15, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600),
    "dwell": (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180),
    "headway": (60, 120, 240, 360, 480, 600, 720, 900, 1200, 1800, 2700),
}
TITLES: Final = {
    "gap": ("between a vehicle's reports", "s"),
    "beside": ("from the way, off terminals", "m"),
    "hop": ("hop, departure to next arrival", "s"),
    "dwell": ("dwell at a stop", "s"),
    "headway": ("headway at a stop", "s"),
}


def ks_distance(one: Floats, other: Floats) -> float:
    """The two-sample Kolmogorov-Smirnov statistic: the largest difference of the two distribution functions."""
    if not len(one) or not len(other):
        return 1.0
    every = np.sort(np.concatenate([one, other]))
    shares = [np.searchsorted(np.sort(each), every, "right") / len(each) for each in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def compare_city(
    timetable: Timetable, polls: list[tuple[int, bytes]], seed: int, note: Callable[[int], None]
) -> Realism:
    """Fit the devices' profile on the recording's first half, run the city, and judge it by the second half.

    Raises:
        ValueError: the recording holds too few reports.
    """
    first, last = polls[0][0], polls[-1][0]
    half = (first + last) // 2
    recorded = observe(timetable, iter(polls), track_every_s=TRACK_EVERY_S)
    early, late = recorded.gap_at < half, recorded.beside_at < half
    if min(early.sum(), (~early).sum(), late.sum(), (~late).sum()) < 100:
        raise ValueError("the recording holds fewer than a hundred reports in one of its halves")
    profile = fit_profile(recorded.gap_s[early], recorded.beside_m[late])
    city = City(timetable, seed, profiled(profile))
    simulated = observe(timetable, _poll(city, first, last, note), track_every_s=TRACK_EVERY_S)
    judged = recorded._replace(gap_s=recorded.gap_s[~early], beside_m=recorded.beside_m[~late])
    floors = {
        "gap": ks_distance(recorded.gap_s[early], judged.gap_s),
        "beside": ks_distance(recorded.beside_m[late], judged.beside_m),
    }
    sides = [_values(judged), _values(simulated)]
    return Realism(
        from_at=first,
        half_at=half,
        to_at=last,
        likeness=tuple(_liken(name, sides[0][name], sides[1][name], floors.get(name)) for name in TITLES),
        edges={name: tuple(map(float, edges)) for name, edges in EDGES.items()},
        recorded_shares={name: _shares(sides[0][name], EDGES[name]) for name in TITLES},
        simulated_shares={name: _shares(sides[1][name], EDGES[name]) for name in TITLES},
        profile=profile,
    )


def _poll(city: City, first: int, last: int, note: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    for at in range(first, last + 1, POLL_S):
        yield at, city.positions_at(at).SerializeToString(deterministic=True)
        note(at)


def _values(seen: Observed) -> dict[str, Floats]:
    return {
        "gap": seen.gap_s,
        "beside": seen.beside_m,
        "hop": seen.hop_s,
        "dwell": seen.dwell_s,
        "headway": seen.headway_s,
    }


def _liken(name: str, recorded: Floats, simulated: Floats, floor: float | None) -> Likeness:
    what, unit = TITLES[name]
    figures = [
        round(float(np.quantile(each, share)), 2) if len(each) else 0.0
        for share in (0.5, 0.9)
        for each in (recorded, simulated)
    ]
    return Likeness(
        what=what,
        unit=unit,
        recorded=len(recorded),
        simulated=len(simulated),
        recorded_median=figures[0],
        simulated_median=figures[1],
        recorded_p90=figures[2],
        simulated_p90=figures[3],
        distance=round(ks_distance(recorded, simulated), 3),
        floor=None if floor is None else round(floor, 3),
    )


def _shares(values: Floats, edges: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(float((values <= edge).mean()), 4) if len(values) else 0.0 for edge in edges)
