"""What is wrong with whole reports: places and times that cannot be, and the wrong run or vehicle named."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_uniform
from simulators.city.devices import SKEW_S, DeviceFaults, Reports, Rows, in_spell
from simulators.city.movement import DrivenDay
from simulators.city.whereabouts import Whereabouts
from transit.timetable.compiled import Floats, Timetable

Flags = npt.NDArray[np.bool_]
NOT_SIGNED_IN = -1
_SIGNS_IN_RIGHT_AFTER = 1 / 3
_SWAPS_AFTER = 1 / 2
_SPARE_VEHICLES = 50_000
"""A vehicle that takes over has a number that no duty has."""


@dataclass(frozen=True, slots=True)
class OddReports:
    """One row a report."""

    skew_s: Floats
    zero: Flags
    swapped: Flags
    repeated: Flags
    double: Flags


@dataclass(frozen=True, slots=True)
class SignOns:
    """What each report names: a run of the day (``NOT_SIGNED_IN``: none) and the number of a vehicle."""

    run: Rows
    vehicle: Rows


def odd_reports(seed: int, faults: DeviceFaults, reports: Reports) -> OddReports:
    """Which reports are odd, and how."""
    vehicle, number = reports.vehicle, reports.number

    def drawn(ratio: float, *keys: Rows | int) -> Flags:
        return np.asarray(draw_uniform(seed, vehicle, *keys) < ratio)

    skewed = drawn(faults.skewed_ratio, 103)
    return OddReports(
        skew_s=np.where(skewed, SKEW_S * (2 * draw_uniform(seed, vehicle, 104) - 1), 0.0),
        zero=drawn(faults.zero_ratio, number, 105),
        swapped=in_spell(seed, faults.swapped_ratio, vehicle, reports.at, 106),
        repeated=drawn(faults.repeated_ratio, number, 107),
        double=drawn(faults.double_ratio, 108),
    )


def in_tunnel(seed: int, faults: DeviceFaults, day: DrivenDay, seen: Whereabouts, trains: Flags) -> Flags:
    """Which trains are on a way between stops from which nothing is heard; it is the same way all day."""
    stop = day.duties.call_of(seen.row)
    return np.asarray(trains & ~seen.at_stop & (draw_uniform(seed // 7, stop, 109) < faults.tunnel_ratio))


def sign_in(seed: int, timetable: Timetable, faults: DeviceFaults, day: DrivenDay, seen: Whereabouts) -> SignOns:
    """What drivers have signed in to, and which vehicle drives."""
    duties = day.duties
    run = duties.run_of(seen.row)
    trip = duties.runs.trip[run]
    last = timetable.pattern_call_offset[timetable.trip_pattern[trip] + 1] - 1
    part = seen.progress_m / np.maximum(timetable.call_progress_m[last], 1.0)
    following = np.minimum(run + 1, len(duties.runs.trip) - 1)
    same_duty = duties.runs.duty[following] == duties.runs.duty[run]
    wrong = (draw_uniform(seed, run, 110) < faults.wrong_trip_ratio) & same_duty & (part < _SIGNS_IN_RIGHT_AFTER)
    unsigned = draw_uniform(seed, run, 111) < faults.unsigned_ratio
    vehicle = duties.runs.duty[run].astype(np.int64)
    swapped = (draw_uniform(seed, run, 112) < faults.swap_ratio) & (part > _SWAPS_AFTER)
    return SignOns(
        run=np.where(unsigned, NOT_SIGNED_IN, np.where(wrong, following, run)),
        vehicle=np.where(swapped, _SPARE_VEHICLES + run, vehicle),
    )
