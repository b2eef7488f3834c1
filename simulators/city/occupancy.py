"""Loads as GTFS-realtime says them: a band, a percentage, and for trains one of each for every carriage."""

from typing import Final

import numpy as np
import numpy.typing as npt
from google.transit import gtfs_realtime_pb2 as pb

from simulators.chance import draw_uniform
from simulators.city.movement import DrivenDay
from transit.timetable.compiled import Floats, Timetable

Rows = npt.NDArray[np.int64]
_Status = pb.VehiclePosition.OccupancyStatus
_STATIONS: Final = 12
"""Of riders who got in before these last stations few are aboard."""
_EVENLY: Final = 0.3
"""So much, beside 1 near the stairs, do riders walk along the train."""
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


def share_carriages(
    seed: int, timetable: Timetable, day: DrivenDay, *, row: Rows, percentage: Rows, carriages: int
) -> Floats:
    """Percent of each carriage's room in use, trains x carriages, for trains that left ``row`` last.

    Riders get in where their platform has its stairs, the same every day, and most stay there: a carriage holds those
    of the stations behind it who have not got off yet. ``seed`` is the day's.
    """
    behind = row[:, None] - np.arange(_STATIONS)
    first = day.duties.row_offset[day.duties.run_of(row)]
    here = behind >= first[:, None]
    behind = np.maximum(behind, 0)
    aboard = day.made.load[behind].astype(np.float64)
    boarded, alighted = (column[behind].astype(np.float64) for column in (day.made.boarded, day.made.alighted))
    stays = np.clip(1 - alighted / np.maximum(aboard - boarded + alighted, 1.0), 0.0, 1.0)
    still = np.cumprod(np.column_stack([np.ones(len(row)), stays[:, :-1]]), axis=1) * boarded * here
    stop = timetable.call_stop[day.duties.call_of(behind)].astype(np.int64)
    stairs = draw_uniform(seed - day.duties.day, stop, 95)[..., None] * (carriages - 1)
    near = 0.1 + np.exp(-((np.arange(carriages) - stairs) ** 2) / 2)
    near /= near.mean(axis=2, keepdims=True)
    spread = _EVENLY + np.einsum("ij,ijk->ik", still, near) / np.maximum(still.sum(axis=1, keepdims=True), 1.0)
    weight = spread + 0.15 * draw_uniform(seed, row[:, None], np.arange(carriages), 96)
    return np.asarray(np.minimum(np.round(percentage[:, None] * weight / weight.mean(axis=1, keepdims=True)), 120))
