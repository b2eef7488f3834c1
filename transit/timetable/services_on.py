"""Which services run on a day."""

import numpy as np

from transit.timetable.compiled import Flags, Timetable


def services_on(timetable: Timetable, service_day: int) -> Flags:
    """For each service whether it runs on ``service_day``."""
    runs = np.zeros(len(timetable.service_id), np.bool_)
    rows = np.flatnonzero(timetable.service_day == service_day)
    runs[np.searchsorted(timetable.service_day_offset, rows, side="right") - 1] = True
    return runs
