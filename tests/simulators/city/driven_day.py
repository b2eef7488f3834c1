"""A service day of the city driven to its end at once; in service it is driven no further than it must be."""

import math

from simulators.city.conditions import USUAL, Conditions
from simulators.city.movement import DrivenDay, begin_day
from transit.timetable.compiled import Timetable


def drive_day(timetable: Timetable, day: int, seed: int, like: Conditions = USUAL) -> DrivenDay:
    """The whole day; the same arguments give the same day to the bit."""
    drive = begin_day(timetable, day, seed, like)
    drive.until(math.inf)
    return drive.day
