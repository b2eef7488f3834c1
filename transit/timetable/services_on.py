"""Which services run on a day."""

import numpy as np

from transit.timetable.compiled import Flags, Timetable


def services_on(timetable: Timetable, service_day: int) -> Flags:
    """For each service whether it runs on ``service_day``."""
    runs = np.zeros(len(timetable.service_id), np.bool_)
    rows = np.flatnonzero(timetable.service_day == service_day)
    runs[np.searchsorted(timetable.service_day_offset, rows, side="right") - 1] = True
    return runs


def is_service_on(timetable: Timetable, service: int, service_day: int) -> bool:
    """Whether the service in row ``service`` runs on ``service_day``."""
    first, end = timetable.service_day_offset[service], timetable.service_day_offset[service + 1]
    place = int(np.searchsorted(timetable.service_day[first:end], service_day))
    return place < end - first and int(timetable.service_day[first + place]) == service_day
