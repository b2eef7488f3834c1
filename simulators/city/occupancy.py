"""Loads as GTFS-realtime says them: a band, a percentage, and for trains one of each for every carriage."""

import numpy as np
import numpy.typing as npt
from google.transit import gtfs_realtime_pb2 as pb

from simulators.chance import draw_uniform
from transit.timetable.compiled import Floats

Rows = npt.NDArray[np.int64]
_Status = pb.VehiclePosition.OccupancyStatus
_BANDS = (
    (6, _Status.EMPTY),
    (35, _Status.MANY_SEATS_AVAILABLE),
    (55, _Status.FEW_SEATS_AVAILABLE),
    (80, _Status.STANDING_ROOM_ONLY),
    (100, _Status.CRUSHED_STANDING_ROOM_ONLY),
)


def occupancy_status(percentage: int) -> pb.VehiclePosition.OccupancyStatus:
    """The band of a load given in percent of the room on board."""
    return next((band for below, band in _BANDS if percentage < below), _Status.FULL)


def share_carriages(seed: int, *, line: Rows, row: Rows, percentage: Rows, carriages: int) -> Floats:
    """Percent of each carriage's room in use, trains x carriages: fullest where the line's platforms have stairs."""
    stairs = draw_uniform(seed, line, 95)[:, None] * (carriages - 1)
    place = np.arange(carriages)
    weight = 0.7 + 0.7 * np.exp(-((place - stairs) ** 2) / 3) + 0.15 * draw_uniform(seed, row[:, None], place, 96)
    return np.asarray(np.minimum(np.round(percentage[:, None] * weight / weight.mean(axis=1, keepdims=True)), 120))
