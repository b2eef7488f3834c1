"""A shape that ends before its trips do, taken on in straight lines to the stops beyond its ends."""

from typing import Final

import numpy as np

from transit.timetable.compiled import Flags, Floats
from transit.timetable.plane import lengths, plane_about
from transit.timetable.projection import Track, nearest_places
from transit.timetable.shapes import Shape

BEYOND_MIN_M: Final = 250.0
"""Nearer stops lie beside the shape's end, in a station or across a square."""


def reach_out(shape: Shape, latitude: Floats, longitude: Floats) -> Shape:
    """``shape`` with the leading stops before its start and the trailing ones after its end put on, if there are any.

    The places are those of a pattern's stops in order. A stop is beyond an end if no part of the shape is nearer to it
    than that end, and that is far.
    """
    plane = plane_about(shape.latitude, shape.longitude)
    track = Track(*plane.metres(shape.latitude, shape.longitude), shape.progress_m)
    nearest = nearest_places(track, *plane.metres(latitude, longitude))
    far = nearest.offset_m > BEYOND_MIN_M
    before = _leading(far & (nearest.progress_m <= 0))
    after = _leading((far & (nearest.progress_m >= shape.progress_m[-1]))[::-1])
    if not before and not after:
        return shape
    stops_after = slice(len(latitude) - after, None)
    whole_latitude = np.concatenate((latitude[:before], shape.latitude, latitude[stops_after]))
    whole_longitude = np.concatenate((longitude[:before], shape.longitude, longitude[stops_after]))
    progress_m = np.concatenate(([0.0], np.cumsum(lengths(*plane.metres(whole_latitude, whole_longitude)))))
    # what the feed's distances mean beyond the shape it drew is anybody's guess
    return Shape(whole_latitude, whole_longitude, progress_m, None)


def _leading(flags: Flags) -> int:
    """How many of ``flags`` stand before the first that is not set; none if all are."""
    unset = np.flatnonzero(~flags)
    return int(unset[0]) if len(unset) else 0
