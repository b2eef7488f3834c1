"""What vehicles' devices make of the truth: reports at intervals, off by metres, late, and at times silent.

A report is a function of the seed, the vehicle and its number in the device's own series, so a feed asked for twice, or
asked for at another speed, shows the same reports.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_normal, draw_uniform
from simulators.city.device_profile import DeviceProfile, stray, take_latest
from simulators.city.told_otherwise import WordFaults
from transit.timetable.compiled import Floats

Rows = npt.NDArray[np.int64]
REPORT_AGE_MAX_S: Final = 300.0
"""A feed keeps a silent vehicle's last report this long."""
_INTERVALS_S: Final = np.array([8.0, 10.0, 10.0, 15.0, 20.0, 30.0])
_TRAIN_INTERVAL_S: Final = 8.0
_INTERVAL_MIN_S: Final = 1.0
_LOOK_BACK: Final = 8
_DRIFT_REPORTS: Final = 6
_CANYON_CELLS_PER_DEG: Final = 250
_M_PER_DEG: Final = 111_194.9


@dataclass(frozen=True, slots=True)
class DeviceFaults(WordFaults):
    """How imperfect the devices are; ratios are of reports unless said."""

    interval_times: float = 1.0
    """Times the usual interval between a device's reports, which is 8 to 30 s."""
    jitter_s: float = 1.5
    """A report comes up to so much after its interval is over."""
    gps_error_m: float = 4.0
    outlier_ratio: float = 0.003
    outlier_m: float = 70.0
    lost_ratio: float = 0.02
    silent_ratio: float = 0.004
    """Part of a vehicle's ten-minute spells in which its device says nothing."""
    late_ratio: float = 0.02
    no_counter_ratio: float = 0.08
    """Part of the buses without a passenger counter."""
    counter_error: float = 0.06
    counter_missed_ratio: float = 0.0
    """Part of the riders aboard whom no counter sees."""
    counter_drift: float = 0.0
    """Riders that a counter misses for each hour since its vehicle left the depot."""
    late_count_ratio: float = 0.0
    """Part of the ten-minute spells in which a vehicle's counts are ``LATE_COUNT_S`` old, and come with few reports."""
    canyon_ratio: float = 0.0
    """Part of the city's squares of 400 m in which GPS errs ``CANYON_TIMES`` as much."""
    tunnel_ratio: float = 0.0
    """Part of the ways between a train's stops on which nothing is heard of it."""
    skewed_ratio: float = 0.0
    """Part of the vehicles whose clock is off by up to ``SKEW_S``, ahead or behind."""
    frozen_ratio: float = 0.0
    """Part of the ten-minute spells in which a device sends its spell's first place with fresh times."""
    teleport_ratio: float = 0.0
    """Part of the reports that lie ``TELEPORT_M`` away."""
    swapped_ratio: float = 0.0
    """Part of the spells with latitude and longitude in each other's place."""
    zero_ratio: float = 0.0
    """Part of the reports at 0, 0."""
    repeated_ratio: float = 0.0
    """Part of the reports that stand twice in a message."""
    reordered_ratio: float = 0.0
    """Part of the polls at which a vehicle's report before its newest one comes once more."""
    wrong_trip_ratio: float = 0.0
    """Part of the runs whose driver has signed in to the line's next one, till a third of the way."""
    unsigned_ratio: float = 0.0
    """Part of the runs whose driver has not signed in: reports name no trip."""
    double_ratio: float = 0.0
    """Part of the vehicles with a second device, of an id of its own."""
    swap_ratio: float = 0.0
    """Part of the runs that another vehicle takes over on the way."""
    outage_ratio: float = 0.0
    """Part of the ten-minute spells in which the feed stays as it was at the spell's start."""
    no_times: float = 0.0
    """At 1, reports carry no times of their own: the header's is the only one."""
    no_bearing: float = 0.0
    """At 1, reports carry neither bearing nor speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfiledDevices(DeviceFaults):
    """Devices that report, and err, as those of an agency were seen to."""

    profile: DeviceProfile


IN_PROFILE: Final = (
    "interval_times", "jitter_s", "lost_ratio", "silent_ratio", "late_ratio", "reordered_ratio",
    "gps_error_m", "outlier_ratio", "outlier_m",
)  # fmt: skip
"""What a profile was seen to be: when devices report, and how far off."""


def profiled(profile: DeviceProfile, faults: DeviceFaults | None = None) -> ProfiledDevices:
    """Devices of this profile, with the counters and other faults of ``faults``.

    Raises:
        ValueError: a fault is turned up that the profile stands for.
    """
    usual = DeviceFaults()
    faults = faults or usual
    said = [name for name in IN_PROFILE if getattr(faults, name) != getattr(usual, name)]
    if said:
        raise ValueError(f"{said[0]} is what the profile of devices says; leave out one of the two")
    others = {each.name: getattr(faults, each.name) for each in fields(DeviceFaults) if each.name not in IN_PROFILE}
    return ProfiledDevices(
        profile=profile, gps_error_m=0.0, outlier_ratio=0.0, lost_ratio=0.0, silent_ratio=0.0, late_ratio=0.0, **others
    )


PERFECT: Final = DeviceFaults(**{each.name: 0.0 for each in fields(DeviceFaults)} | {"interval_times": 1.0})
CANYON_TIMES: Final = 7.0
SKEW_S: Final = 240.0
TELEPORT_M: Final = 6000.0
SPELL_S: Final = 600
LATE_COUNT_S: Final = 240.0
LATE_COUNTS: Final = 114
"""The draw that says whose counts are late."""
LATE_COUNT_EVERY: Final = 8
"""Of a device with late counts one report in so many carries one."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The latest report of each vehicle that has one: its own time and its number in the device's series.

    ``seen_at`` is the moment whose place it tells, which a frozen device leaves behind.
    """

    vehicle: Rows
    at: Floats
    number: Rows
    seen_at: Floats


def latest_reports(
    seed: int, faults: DeviceFaults, *, vehicles: Rows, trains: npt.NDArray[np.bool_], at: float
) -> Reports:
    """The newest report of each of ``vehicles`` that has reached the control centre by ``at``."""
    if isinstance(faults, ProfiledDevices):
        whose, told = take_latest(seed, faults.profile, vehicles, at, age_max_s=REPORT_AGE_MAX_S)
        return Reports(whose, told, told.astype(np.int64), _seen_at(seed, faults, whose, told))
    interval = _INTERVALS_S[(draw_uniform(seed, vehicles, 71) * len(_INTERVALS_S)).astype(np.int64)]
    interval = np.where(trains, _TRAIN_INTERVAL_S, interval) * faults.interval_times
    interval = np.maximum(interval, _INTERVAL_MIN_S)
    phase = draw_uniform(seed, vehicles, 72) * interval
    newest = np.floor((at - phase) / interval).astype(np.int64)
    newest -= draw_uniform(seed, vehicles, int(at), 79) < faults.reordered_ratio
    reported, numbers = np.full(len(vehicles), np.nan), newest.copy()
    sought = np.arange(len(vehicles))
    for back in range(_LOOK_BACK):
        whose, number = vehicles[sought], newest[sought] - back
        moment = np.floor(
            phase[sought] + number * interval[sought] + faults.jitter_s * draw_uniform(seed, whose, number, 73)
        )
        arrives = moment + _delay_s(seed, faults, whose, number)
        silent = draw_uniform(seed, whose, (moment // SPELL_S).astype(np.int64), 74) < faults.silent_ratio
        lost = draw_uniform(seed, whose, number, 75) < faults.lost_ratio
        here = (arrives <= at) & ~silent & ~lost
        reported[sought[here]], numbers[sought[here]] = moment[here], number[here]
        sought = sought[~here]
    found = ~np.isnan(reported)
    vehicle, moment = vehicles[found], reported[found]
    return Reports(vehicle, moment, numbers[found], _seen_at(seed, faults, vehicle, moment))


def in_spell(seed: int, ratio: float, vehicles: Rows, at: Floats, kind: int) -> npt.NDArray[np.bool_]:
    """Which vehicles are in a spell of the fault ``kind`` at their moments."""
    return np.asarray(draw_uniform(seed, vehicles, (at // SPELL_S).astype(np.int64), kind) < ratio)


def _seen_at(seed: int, faults: DeviceFaults, vehicles: Rows, at: Floats) -> Floats:
    frozen = in_spell(seed, faults.frozen_ratio, vehicles, at, 101)
    return np.asarray(np.where(frozen, at // SPELL_S * SPELL_S, at))


def _delay_s(seed: int, faults: DeviceFaults, vehicles: Rows, number: Rows) -> Floats:
    usual = 0.5 + 3.0 * draw_uniform(seed, vehicles, number, 76)
    late = draw_uniform(seed, vehicles, number, 77) < faults.late_ratio
    return np.asarray(np.where(late, usual + 25 * draw_uniform(seed, vehicles, number, 78), usual))


def blur_position(
    seed: int, faults: DeviceFaults, reports: Reports, *, latitude: Floats, longitude: Floats
) -> tuple[Floats, Floats]:
    """Positions as GPS gives them: an error that drifts slowly, a little noise, now and then a leap."""
    if isinstance(faults, ProfiledDevices):
        off_n, off_e = stray(seed, faults.profile, reports.vehicle, reports.at)
        canyon = _in_canyon(seed, faults, latitude, longitude)
        return _moved(seed, faults, reports, latitude, longitude, off_n * canyon, off_e * canyon)
    slow, part = reports.number // _DRIFT_REPORTS, (reports.number % _DRIFT_REPORTS) / _DRIFT_REPORTS
    leaps = draw_uniform(seed, reports.vehicle, reports.number, 81) < faults.outlier_ratio
    moved = []
    canyon = _in_canyon(seed, faults, latitude, longitude)
    for axis in (82, 84):
        drift = (1 - part) * draw_normal(seed, reports.vehicle, slow, axis) + part * draw_normal(
            seed, reports.vehicle, slow + 1, axis
        )
        white = draw_normal(seed, reports.vehicle, reports.number, axis + 1)
        blurred = faults.gps_error_m * canyon * (0.9 * drift + 0.35 * white)
        moved.append(blurred + np.where(leaps, faults.outlier_m * white, 0.0))
    return _moved(seed, faults, reports, latitude, longitude, *moved)


def _moved(
    seed: int,
    faults: DeviceFaults,
    reports: Reports,
    latitude: Floats,
    longitude: Floats,
    north_m: Floats,
    east_m: Floats,
) -> tuple[Floats, Floats]:
    """Places so far off, and some kilometres."""
    north_m = north_m + TELEPORT_M * (draw_uniform(seed, reports.vehicle, reports.number, 102) < faults.teleport_ratio)
    return (
        np.round(latitude + north_m / _M_PER_DEG, 6),
        np.round(longitude + east_m / (_M_PER_DEG * np.cos(np.radians(latitude))), 6),
    )


def _in_canyon(seed: int, faults: DeviceFaults, latitude: Floats, longitude: Floats) -> Floats:
    """Times by which GPS errs more among tall houses."""
    cell = [np.floor(axis * _CANYON_CELLS_PER_DEG).astype(np.int64) for axis in (latitude, longitude)]
    return np.asarray(np.where(draw_uniform(seed // 7, *cell, 86) < faults.canyon_ratio, CANYON_TIMES, 1.0))


def count_riders(
    seed: int, faults: DeviceFaults, reports: Reports, *, load: Floats, row: Rows, out_s: Floats
) -> Floats:
    """The load a counter shows; part of its error is the device's own, part the stop's, part grows while it is out."""
    error = faults.counter_error * (
        0.7 * draw_normal(seed, reports.vehicle, 91) + 0.7 * draw_normal(seed, reports.vehicle, row, 92)
    )
    missed = faults.counter_drift * out_s / 3600 + faults.counter_missed_ratio * load
    return np.asarray(np.maximum(0.0, np.round(load * (1 + error) - missed)))


def has_counter(seed: int, faults: DeviceFaults, reports: Reports) -> npt.NDArray[np.bool_]:
    """Which reporting vehicles carry a passenger counter."""
    return np.asarray(draw_uniform(seed, reports.vehicle, 93) >= faults.no_counter_ratio)


def tells_count(seed: int, faults: DeviceFaults, reports: Reports) -> npt.NDArray[np.bool_]:
    """Which reports carry a count, where there is a counter: of a device whose counts are late, few."""
    late = in_spell(seed, faults.late_count_ratio, reports.vehicle, reports.at, LATE_COUNTS)
    return np.asarray(~late | (reports.number % LATE_COUNT_EVERY == 0))
