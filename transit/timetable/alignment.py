"""Each pattern laid along its shape, or along straight lines between its stops where it has none that fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transit.timetable.compiled import Floats
from transit.timetable.faults import FaultList
from transit.timetable.patterns import Pattern
from transit.timetable.plane import lengths, plane_about
from transit.timetable.projection import GAP_M, Hints, Track, place_stops
from transit.timetable.shape_reach import reach_out
from transit.timetable.shapes import Shape
from transit.timetable.stop_times import NO_TIME, StopTimes
from transit.timetable.stops import Stops

OFFSET_MAX_M: Final = 1000.0
MEDIAN_OFFSET_MAX_M: Final = 200.0
"""A stop further from the shape than the one, or half the stops further than the other: it is another pattern's."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A pattern's way: its points, and for each call the metres along it and the stop's distance from it."""

    has_shape: bool
    latitude: Floats
    longitude: Floats
    point_progress_m: Floats
    call_progress_m: Floats
    call_offset_m: Floats

    @property
    def length_m(self) -> float:
        """From the first point to the last."""
        return float(self.point_progress_m[-1])


def align_patterns(
    patterns: Sequence[Pattern], calls: StopTimes, *, stops: Stops, shapes: Mapping[str, Shape], faults: FaultList
) -> list[Alignment]:
    """Lay every pattern along its way; shapes that do not fit are listed and left."""
    alignments, misfits = [], []
    for pattern in patterns:
        shape = shapes.get(pattern.shape_id)
        along = _along_shape(pattern, calls, stops, shape) if shape else None
        if shape and along is None:
            misfits.append(f"{pattern.shape_id} of pattern {pattern.id}")
        alignments.append(along or _straight(pattern, calls, stops))
    faults.note_subjects(
        "shapes.txt", misfits, "shape {value} does not pass its stops in order; straight lines stand in"
    )
    return alignments


def _along_shape(pattern: Pattern, calls: StopTimes, stops: Stops, shape: Shape) -> Alignment | None:
    at = calls.stop[pattern.calls]
    shape = reach_out(shape, stops.latitude[at], stops.longitude[at])
    plane = plane_about(shape.latitude, shape.longitude)
    track = Track(*plane.metres(shape.latitude, shape.longitude), shape.progress_m)
    hints = Hints(_traveled(pattern, calls, shape), _timed(pattern, calls, shape))
    placed = place_stops(track, *plane.metres(stops.latitude[at], stops.longitude[at]), hints)
    if placed is None or placed.offset_m.max() > OFFSET_MAX_M or np.median(placed.offset_m) > MEDIAN_OFFSET_MAX_M:
        return None
    return Alignment(
        has_shape=True,
        latitude=shape.latitude,
        longitude=shape.longitude,
        point_progress_m=shape.progress_m,
        call_progress_m=placed.progress_m,
        call_offset_m=placed.offset_m,
    )


def _traveled(pattern: Pattern, calls: StopTimes, shape: Shape) -> Floats | None:
    """Metres along the shape by the feed's shape_dist_traveled, which may be in any unit."""
    if shape.distance is None:
        return None
    distance = calls.distance[pattern.calls]
    traveled_m = np.interp(distance, shape.distance, shape.progress_m)
    return np.where(np.isfinite(distance), traveled_m, np.nan)


def _timed(pattern: Pattern, calls: StopTimes, shape: Shape) -> Floats | None:
    """Metres along the shape, were the first trip to run it evenly in the time it has."""
    arrival_s = calls.arrival_s[pattern.calls]
    taken_s = arrival_s - arrival_s[0]
    if taken_s[-1] <= 0:
        return None
    return np.where(arrival_s == NO_TIME, np.nan, taken_s / taken_s[-1] * shape.progress_m[-1])


def _straight(pattern: Pattern, calls: StopTimes, stops: Stops) -> Alignment:
    at = calls.stop[pattern.calls]
    latitude, longitude = stops.latitude[at], stops.longitude[at]
    x, y = plane_about(latitude, longitude).metres(latitude, longitude)
    progress_m = np.concatenate(([0.0], np.cumsum(np.maximum(lengths(x, y), GAP_M))))
    return Alignment(
        has_shape=False,
        latitude=latitude,
        longitude=longitude,
        point_progress_m=progress_m,
        call_progress_m=progress_m,
        call_offset_m=np.zeros(len(at)),
    )
