"""The trip that a vehicle makes after this one."""

import numpy as np

from transit.timetable.compiled import Timetable
from transit.timetable.services_on import services_on


def find_next_in_block(timetable: Timetable, trip: int, service_day: int) -> int | None:
    """The next trip (row) of ``trip``'s block on ``service_day``; ``None`` without a block or after its last."""
    later = list_later_in_block(timetable, trip, service_day)
    return later[0] if later else None


def list_later_in_block(timetable: Timetable, trip: int, service_day: int) -> list[int]:
    """The later trips (rows) of ``trip``'s block that run on ``service_day``, by start."""
    block = int(timetable.trip_block[trip])
    if block < 0:
        return []
    trips = timetable.block_trip[timetable.block_trip_offset[block] : timetable.block_trip_offset[block + 1]]
    after = trips[int(np.flatnonzero(trips == trip)[0]) + 1 :]
    later: list[int] = after[services_on(timetable, service_day)[timetable.trip_service[after]]].tolist()
    return later
