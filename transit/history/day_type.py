"""Days that are alike: those on which the same services run, whatever weekday they fall on.

A Saturday that is worked for a holiday runs the workday's services, so it learns from workdays and is told by them.
"""

from hashlib import blake2b

import numpy as np

from transit.timetable.compiled import Timetable
from transit.timetable.services_on import services_on

ANY_DAY = 0
"""Stands for days whose services nobody knows."""


def day_type(timetable: Timetable, service_day: int) -> int:
    """A number that is equal for days with the same set of services; ``ANY_DAY`` where none runs."""
    running = np.flatnonzero(services_on(timetable, service_day)).tolist()
    if not running:
        return ANY_DAY
    names = "\0".join(sorted(timetable.service_id[service] for service in running))
    return int.from_bytes(blake2b(names.encode(), digest_size=4).digest(), "little") or 1
