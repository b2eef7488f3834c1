"""Which run of a frequency a vehicle is on where its feed names no start: which departure it may have made."""

from typing import Final

import numpy as np
import numpy.typing as npt

from transit.timetable.compiled import Timetable

EARLY_S: Final = 60
"""Where a frequency's times are not exact nobody counts as so much before one of them."""


def list_starts(timetable: Timetable, trip: int, meant_s: float) -> list[int]:
    """The departures of a frequency's trip (row), seconds of the service day, the likeliest first.

    ``meant_s`` is when the run began, were it on time where its vehicle is. Of exact times the nearest is the
    likeliest; of others the last that is past: who waits for none sets out when it likes.
    """
    rows = slice(int(timetable.trip_frequency_offset[trip]), int(timetable.trip_frequency_offset[trip + 1]))
    starts = _all_starts(timetable, trip)
    away_s = np.abs(starts - meant_s)
    if not timetable.frequency_exact[rows].all():
        past = np.flatnonzero(starts <= meant_s + EARLY_S)
        away_s[past[-1:]] = -1.0
    return [int(start) for start in starts[np.argsort(away_s, kind="stable")]]


def list_starts_between(timetable: Timetable, trip: int, first_s: int, last_s: int) -> list[int]:
    """The departures of a frequency's trip (row) from ``first_s`` to ``last_s`` (s of the service day), rising."""
    starts = _all_starts(timetable, trip)
    return [int(start) for start in starts[(starts >= first_s) & (starts <= last_s)]]


def _all_starts(timetable: Timetable, trip: int) -> npt.NDArray[np.int64]:
    rows = range(int(timetable.trip_frequency_offset[trip]), int(timetable.trip_frequency_offset[trip + 1]))
    return np.unique(np.concatenate([_departures(timetable, row) for row in rows]))


def _departures(timetable: Timetable, row: int) -> npt.NDArray[np.int64]:
    first, end = int(timetable.frequency_start_s[row]), int(timetable.frequency_end_s[row])
    return np.arange(first, end, max(int(timetable.frequency_headway_s[row]), 1), dtype=np.int64)
