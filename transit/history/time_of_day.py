"""Which of a history's hours speak for a moment: those of alike days, the two about it by how near they are."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from transit.assignment.service_days import TURN_OF_DAY_S
from transit.history.day_type import day_type
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import local_day, service_day_start_s
from transit.tracking.state import Rows

HOUR_S: Final = 3600

Floats = npt.NDArray[np.float64]


class TimeOfDay(NamedTuple):
    """A kind of day (transit.history.day_type), and hours since its service began, less half an hour."""

    day_type: int
    hours: float


def time_of_day(timetable: Timetable, moment: float) -> TimeOfDay:
    """A moment (POSIX s) as histories tell it: the small hours belong to the day before."""
    day = local_day(timetable.timezone, moment - TURN_OF_DAY_S)
    hours = (moment - service_day_start_s(timetable.timezone, day)) / HOUR_S - 0.5
    return TimeOfDay(day_type(timetable, day), hours)


def weights_at(rows: Rows, when: TimeOfDay) -> Floats:
    """What each row (with ``day_type``, ``hour`` and ``count``) weighs at that time; all nought where there is none.

    Alike days before all others; of those the hours about it, else every hour that was seen.
    """
    count = rows["count"].astype(np.float64)
    alike = rows["day_type"] == when.day_type
    if alike.any():
        count = count * alike
    near = np.maximum(1.0 - np.abs(rows["hour"] - when.hours), 0.0)
    return np.asarray(count * near if (count * near).any() else count)
