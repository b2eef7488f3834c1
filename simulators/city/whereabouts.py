"""Where vehicles are at any moment of a driven day: between which calls, how far along, how fast, with whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_uniform
from simulators.city.last_rows import last_rows
from simulators.city.movement import DrivenDay
from transit.timetable.compiled import Floats, Timetable

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
_FAR_M = 1e7
_SPEED_STEP_S = 3.0
_HEADING_STEP_M = 12.0
_GONE_AFTER_S = 60.0
_AROUND_M = 250.0
"""The next street, on the right-hand side."""
_AROUND_REACH_M, _AROUND_SHARE = 450.0, 0.8
"""A vehicle leaves its way so long before a closed stop, or in so great a part of the way from the stop before."""
_M_PER_DEG = 111_194.9


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One row a vehicle asked about. ``row`` is its last call reached; ``in_service`` says if it is out at all."""

    in_service: npt.NDArray[np.bool_]
    row: Rows
    at_stop: npt.NDArray[np.bool_]
    progress_m: Floats
    speed_mps: Floats
    latitude: Floats
    longitude: Floats
    bearing_deg: Floats
    load: Floats


class Tracks:
    """A driven day laid out for looking up."""

    def __init__(self, timetable: Timetable, day: DrivenDay) -> None:
        self._timetable = timetable
        self._day = day
        pattern_of_point = np.repeat(np.arange(len(timetable.pattern_id)), np.diff(timetable.pattern_point_offset))
        self._point_keys = pattern_of_point * _FAR_M + timetable.point_progress_m

    def locate(self, vehicles: Rows, at: Floats) -> Whereabouts:
        """Where ``vehicles`` (duty numbers) are, each at its own POSIX second of ``at``."""
        day, duties = self._day, self._day.duties
        row, out = self._find_row(vehicles, at)
        progress = self._progress(row, at)
        before = self._progress(*self._earlier(vehicles, at - _SPEED_STEP_S, row))
        speed = np.clip((progress - before) / _SPEED_STEP_S, 0.0, None)
        pattern = self._timetable.call_pattern[duties.call_of(row)].astype(np.int64)
        latitude, longitude = self._place(pattern, progress)
        bearing = self._bearing(pattern, progress)
        beside = self._beside_m(row, progress)
        if beside.any():
            latitude, longitude = _swing_out(latitude, longitude, bearing, beside)
        at_stop = at <= day.departure_of(row)
        waits = at_stop & (row == duties.row_offset[duties.run_of(row)])
        arrived = at_stop & (row > 0)
        load = np.where(waits, 0, day.made.load[np.where(arrived, row - 1, row)]).astype(np.float64)
        return Whereabouts(
            in_service=out, row=row, at_stop=at_stop, progress_m=progress, speed_mps=speed, latitude=latitude,
            longitude=longitude, bearing_deg=bearing, load=load,
        )  # fmt: skip

    def _find_row(self, vehicles: Rows, at: Floats) -> tuple[Rows, npt.NDArray[np.bool_]]:
        """Each vehicle's last call reached, and whether it is out; one that is not has any row."""
        day, fleet = self._day, self._day.fleet
        row = last_rows(fleet.first_row, fleet.row, day.made.arrival, vehicles, at - day.origin)
        begun = row >= fleet.first_row[vehicles]
        row = np.clip(row, 0, max(len(day.duties) - 1, 0))
        is_home = row == day.duties.offset[vehicles + 1] - 1
        ended = is_home & (at > day.departure_of(row) + _GONE_AFTER_S)
        return row, np.asarray(begun & ~ended)

    def _earlier(self, vehicles: Rows, at: Floats, row: Rows) -> tuple[Rows, Floats]:
        """The row some seconds ago, kept to the same run so that progress can be compared."""
        was, _ = self._find_row(vehicles, at)
        same = self._day.duties.run_of(was) == self._day.duties.run_of(row)
        return np.where(same, was, row), np.where(same, at, self._day.arrival_of(row))

    def _progress(self, row: Rows, at: Floats) -> Floats:
        """Metres along the pattern; the way to the next stop has a stand at a signal in it."""
        day, duties, along = self._day, self._day.duties, self._timetable.call_progress_m
        call, ahead = duties.call_of(row), row + ~duties.is_last_of(row)
        here, there = along[call], along[call + (ahead - row)]
        leaves = day.departure_of(row)
        took = np.maximum(day.arrival_of(ahead) - leaves, 1.0)
        gone = np.clip(at - leaves, 0.0, took)
        stand = np.minimum(day.made.signal_s[row].astype(np.float64), 0.7 * took)
        rolling = np.maximum(took - stand, 1.0)
        signal_at = (0.25 + 0.6 * draw_uniform(duties.day, row, 61)) * rolling
        rolled = np.where(gone < signal_at, gone, np.maximum(signal_at, gone - stand)) / rolling
        eased = 0.55 * rolled + 0.45 * _ease(rolled, day.stood_at(row), day.stood_at(ahead))
        return np.asarray(here + (there - here) * np.clip(eased, 0.0, 1.0))

    def _beside_m(self, row: Rows, progress: Floats) -> Floats:
        """How far a vehicle that goes around a closed street is beside its way: out before the stop, back after it."""
        duties, out = self._day.duties, self._day.made.left_out
        call, ahead = duties.call_of(row), row + ~duties.is_last_of(row)
        along = self._timetable.call_progress_m
        here, there = along[call], along[call + (ahead - row)]
        span = np.maximum(there - here, 1.0)
        reach = np.minimum(_AROUND_REACH_M, _AROUND_SHARE * span)
        left, coming = out[row] > 0, (out[ahead] > 0) & (ahead > row)
        since = np.where(left, progress - here, reach)
        until = np.where(coming, there - progress, reach)
        near = np.clip(np.minimum(since, until) / reach, 0.0, 1.0)
        swung = np.where(left & coming, 1.0, np.sqrt(np.cos(np.pi / 2 * near)))
        return np.asarray(np.where(left | coming, _AROUND_M * swung, 0.0))

    def _place(self, pattern: Rows, progress: Floats) -> tuple[Floats, Floats]:
        table = self._timetable
        first = table.pattern_point_offset[pattern].astype(np.int64)
        last = table.pattern_point_offset[pattern + 1].astype(np.int64) - 1
        point = np.searchsorted(self._point_keys, pattern * _FAR_M + progress, "right") - 1
        point = np.clip(point, first, np.maximum(last - 1, first))
        end = np.minimum(point + 1, last)
        span = table.point_progress_m[end] - table.point_progress_m[point]
        part = np.clip((progress - table.point_progress_m[point]) / np.maximum(span, 0.01), 0.0, 1.0)
        latitude = table.point_latitude[point] + part * (table.point_latitude[end] - table.point_latitude[point])
        longitude = table.point_longitude[point] + part * (table.point_longitude[end] - table.point_longitude[point])
        return latitude, longitude

    def _bearing(self, pattern: Rows, progress: Floats) -> Floats:
        behind = self._place(pattern, progress - _HEADING_STEP_M)
        before = self._place(pattern, progress + _HEADING_STEP_M)
        north = before[0] - behind[0]
        east = (before[1] - behind[1]) * np.cos(np.radians(before[0]))
        return np.asarray(np.degrees(np.arctan2(east, north)) % 360)


def _ease(part: Floats, starts: Flags, stops: Flags) -> Floats:
    """Parts of the time on a way as parts of the way: slower near an end at which the vehicle stands."""
    both = part * part * (3 - 2 * part)
    one = np.where(starts, 0.5 * part * (1 + part), 0.5 * part * (3 - part))
    return np.asarray(np.where(starts & stops, both, np.where(starts | stops, one, part)))


def _swing_out(latitude: Floats, longitude: Floats, bearing_deg: Floats, beside_m: Floats) -> tuple[Floats, Floats]:
    """Places moved to the right of where vehicles head."""
    heading = np.radians(bearing_deg)
    north, east = -np.sin(heading) * beside_m, np.cos(heading) * beside_m
    return latitude + north / _M_PER_DEG, longitude + east / (_M_PER_DEG * np.cos(np.radians(latitude)))
