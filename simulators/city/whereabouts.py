"""Where vehicles are at any moment of a driven day: between which calls, how far along, how fast, with whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.chance import draw_uniform
from simulators.city.movement import DrivenDay
from transit.timetable.compiled import Floats, Timetable

Rows = npt.NDArray[np.int64]
_FAR_S = 1e7
_FAR_M = 1e7
_SPEED_STEP_S = 3.0
_HEADING_STEP_M = 12.0
_GONE_AFTER_S = 60.0


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
        self._origin = float(day.arrival.min()) if len(day.arrival) else 0.0
        self._keys = day.duties.duty * _FAR_S + (day.arrival - self._origin)
        pattern_of_point = np.repeat(np.arange(len(timetable.pattern_id)), np.diff(timetable.pattern_point_offset))
        self._point_keys = pattern_of_point * _FAR_M + timetable.point_progress_m

    def locate(self, vehicles: Rows, at: Floats) -> Whereabouts:
        """Where ``vehicles`` (duty numbers) are, each at its own POSIX second of ``at``."""
        day, duties = self._day, self._day.duties
        row, out = self._find_row(vehicles, at)
        progress = self._progress(row, at)
        before = self._progress(*self._earlier(vehicles, at - _SPEED_STEP_S, row))
        speed = np.clip((progress - before) / _SPEED_STEP_S, 0.0, None)
        pattern = self._timetable.call_pattern[duties.call[row]].astype(np.int64)
        latitude, longitude = self._place(pattern, progress)
        at_stop = at <= day.departure[row]
        waits = at_stop & (duties.is_first[row] == 1)
        load = np.where(waits, 0.0, np.where(at_stop & (row > 0), day.load[np.maximum(row - 1, 0)], day.load[row]))
        return Whereabouts(
            in_service=out, row=row, at_stop=at_stop, progress_m=progress, speed_mps=speed, latitude=latitude,
            longitude=longitude, bearing_deg=self._bearing(pattern, progress), load=load,
        )  # fmt: skip

    def _find_row(self, vehicles: Rows, at: Floats) -> tuple[Rows, npt.NDArray[np.bool_]]:
        day, offset = self._day, self._day.duties.offset.astype(np.int64)
        empty = offset[vehicles] == offset[vehicles + 1]
        first, last = np.minimum(offset[vehicles], len(day.arrival) - 1), np.maximum(offset[vehicles + 1] - 1, 0)
        since = np.clip(at - self._origin, 0, _FAR_S - 1)
        row = np.searchsorted(self._keys, vehicles * _FAR_S + since, "right") - 1
        begun = (row >= offset[vehicles]) & (at >= day.arrival[first])
        ended = at > day.departure[last] + _GONE_AFTER_S
        row = np.clip(row, np.minimum(first, last), last)
        return row, begun & ~ended & ~empty

    def _earlier(self, vehicles: Rows, at: Floats, row: Rows) -> tuple[Rows, Floats]:
        """The row some seconds ago, kept to the same run so that progress can be compared."""
        was, _ = self._find_row(vehicles, at)
        same = self._day.duties.run[was] == self._day.duties.run[row]
        return np.where(same, was, row), np.where(same, at, self._day.arrival[row])

    def _progress(self, row: Rows, at: Floats) -> Floats:
        """Metres along the pattern; the way to the next stop has a stand at a signal in it."""
        day, duties, along = self._day, self._day.duties, self._timetable.call_progress_m
        ahead = np.where(duties.is_last[row] == 1, row, np.minimum(row + 1, len(duties.call) - 1))
        here, there = along[duties.call[row]], along[duties.call[ahead]]
        took = np.maximum(day.arrival[ahead] - day.departure[row], 1.0)
        gone = np.clip(at - day.departure[row], 0.0, took)
        stand = np.minimum(day.signal_s[row], 0.7 * took)
        rolling = np.maximum(took - stand, 1.0)
        signal_at = (0.25 + 0.6 * draw_uniform(duties.day, row, 61)) * rolling
        rolled = np.where(gone < signal_at, gone, np.maximum(signal_at, gone - stand)) / rolling
        eased = 0.55 * rolled + 0.45 * rolled * rolled * (3 - 2 * rolled)
        return np.asarray(here + (there - here) * np.clip(eased, 0.0, 1.0))

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
