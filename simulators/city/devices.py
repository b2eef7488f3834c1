"""What vehicles' devices make of the truth: reports at intervals, off by metres, late, and at times silent.

A report is a function of the seed, the vehicle and its number in the device's own series, so a feed asked for twice, or
asked for at another speed, shows the same reports.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_normal, draw_uniform
from transit.timetable.compiled import Floats

Rows = npt.NDArray[np.int64]
REPORT_AGE_MAX_S: Final = 300.0
"""A feed keeps a silent vehicle's last report this long."""
_INTERVALS_S: Final = np.array([8.0, 10.0, 10.0, 15.0, 20.0, 30.0])
_TRAIN_INTERVAL_S: Final = 8.0
_LOOK_BACK: Final = 8
_DRIFT_REPORTS: Final = 6
_SILENCE_SLOT_S: Final = 600
_M_PER_DEG: Final = 111_194.9


@dataclass(frozen=True, slots=True)
class DeviceFaults:
    """How imperfect the devices are; ratios are of reports unless said."""

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


PERFECT: Final = DeviceFaults(0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Reports:
    """The latest report of each vehicle that has one: its own time and its number in the device's series."""

    vehicle: Rows
    at: Floats
    number: Rows


def latest_reports(
    seed: int, faults: DeviceFaults, *, vehicles: Rows, trains: npt.NDArray[np.bool_], at: float
) -> Reports:
    """The newest report of each of ``vehicles`` that has reached the control centre by ``at``."""
    interval = _INTERVALS_S[(draw_uniform(seed, vehicles, 71) * len(_INTERVALS_S)).astype(np.int64)]
    interval = np.where(trains, _TRAIN_INTERVAL_S, interval)
    phase = draw_uniform(seed, vehicles, 72) * interval
    newest = np.floor((at - phase) / interval).astype(np.int64)
    found = np.zeros(len(vehicles), bool)
    reported, numbers = np.zeros(len(vehicles)), newest.copy()
    for back in range(_LOOK_BACK):
        number = newest - back
        moment = np.floor(phase + number * interval + 1.5 * draw_uniform(seed, vehicles, number, 73))
        arrives = moment + _delay_s(seed, faults, vehicles, number)
        silent = draw_uniform(seed, vehicles, (moment // _SILENCE_SLOT_S).astype(np.int64), 74) < faults.silent_ratio
        lost = draw_uniform(seed, vehicles, number, 75) < faults.lost_ratio
        here = ~found & (arrives <= at) & ~silent & ~lost
        reported, numbers = np.where(here, moment, reported), np.where(here, number, numbers)
        found |= here
    return Reports(vehicles[found], reported[found], numbers[found])


def _delay_s(seed: int, faults: DeviceFaults, vehicles: Rows, number: Rows) -> Floats:
    usual = 0.5 + 3.0 * draw_uniform(seed, vehicles, number, 76)
    late = draw_uniform(seed, vehicles, number, 77) < faults.late_ratio
    return np.asarray(np.where(late, usual + 25 * draw_uniform(seed, vehicles, number, 78), usual))


def blur_position(
    seed: int, faults: DeviceFaults, reports: Reports, *, latitude: Floats, longitude: Floats
) -> tuple[Floats, Floats]:
    """Positions as GPS gives them: an error that drifts slowly, a little noise, now and then a leap."""
    slow, part = reports.number // _DRIFT_REPORTS, (reports.number % _DRIFT_REPORTS) / _DRIFT_REPORTS
    leaps = draw_uniform(seed, reports.vehicle, reports.number, 81) < faults.outlier_ratio
    moved = []
    for axis in (82, 84):
        drift = (1 - part) * draw_normal(seed, reports.vehicle, slow, axis) + part * draw_normal(
            seed, reports.vehicle, slow + 1, axis
        )
        white = draw_normal(seed, reports.vehicle, reports.number, axis + 1)
        moved.append(faults.gps_error_m * (0.9 * drift + 0.35 * white) + np.where(leaps, faults.outlier_m * white, 0.0))
    north, east = moved
    return (
        np.round(latitude + north / _M_PER_DEG, 6),
        np.round(longitude + east / (_M_PER_DEG * np.cos(np.radians(latitude))), 6),
    )


def count_riders(seed: int, faults: DeviceFaults, reports: Reports, *, load: Floats, row: Rows) -> Floats:
    """The load a counter shows; part of its error is the device's own, part the stop's."""
    error = faults.counter_error * (
        0.7 * draw_normal(seed, reports.vehicle, 91) + 0.7 * draw_normal(seed, reports.vehicle, row, 92)
    )
    return np.asarray(np.maximum(0.0, np.round(load * (1 + error))))


def has_counter(seed: int, faults: DeviceFaults, reports: Reports) -> npt.NDArray[np.bool_]:
    """Which reporting vehicles carry a passenger counter."""
    return np.asarray(draw_uniform(seed, reports.vehicle, 93) >= faults.no_counter_ratio)
