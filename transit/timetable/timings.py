"""Times of trips relative to their start, each kept once however many trips share it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transit.timetable.compiled import Floats, Ints
from transit.timetable.offsets import offsets_of_counts
from transit.timetable.stop_times import NO_TIME, StopTimes


@dataclass(frozen=True, slots=True)
class Timings:
    """``of_trip`` and ``start_s`` per trip in the order asked for; the other arrays are the timetable's own."""

    of_trip: Ints
    start_s: Ints
    offset: Ints
    arrival_s: Ints
    departure_s: Ints


def interpolate_times(calls: StopTimes, progress_m: Floats) -> tuple[Ints, Ints]:
    """Arrival and departure of every call, in whole seconds; those without times by distance between those with.

    ``progress_m`` is each call's metres along its trip's pattern. First and last calls of trips have times.
    """
    known = calls.arrival_s != NO_TIME
    if known.all():
        return calls.arrival_s, calls.departure_s
    rows = np.arange(len(known))
    before = np.maximum.accumulate(np.where(known, rows, 0))
    after = np.minimum.accumulate(np.where(known, rows, len(known) - 1)[::-1])[::-1]
    way_m = np.maximum(progress_m[after] - progress_m[before], 1e-9)
    share = (progress_m - progress_m[before]) / way_m
    left_s = calls.departure_s[before].astype(np.float64)
    passed_s = np.rint(left_s + share * (calls.arrival_s[after] - left_s)).astype(np.int32)
    return np.where(known, calls.arrival_s, passed_s), np.where(known, calls.departure_s, passed_s)


def share_timings(arrival_s: Ints, departure_s: Ints, trip_calls: Sequence[slice]) -> Timings:
    """Fold equal timings into one; ``trip_calls`` are each trip's rows."""
    found: dict[bytes, int] = {}
    of_trip, start_s, first_rows = [], [], []
    both = np.column_stack((arrival_s, departure_s)).astype(np.int32)
    for rows in trip_calls:
        start = int(departure_s[rows.start])
        relative = (both[rows] - start).tobytes()
        if relative not in found:
            found[relative] = len(found)
            first_rows.append(rows)
        of_trip.append(found[relative])
        start_s.append(start)
    relative_s = [both[rows] - departure_s[rows.start] for rows in first_rows]
    together = np.concatenate(relative_s) if relative_s else np.zeros((0, 2), np.int32)
    return Timings(
        np.array(of_trip, np.int32),
        np.array(start_s, np.int32),
        offsets_of_counts(np.array([len(times) for times in relative_s], np.int32)),
        np.ascontiguousarray(together[:, 0]),
        np.ascontiguousarray(together[:, 1]),
    )
