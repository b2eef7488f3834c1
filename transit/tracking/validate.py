"""What makes a report unusable, each with its reason of the closed list."""

import math
from typing import Final, NamedTuple

from schemas.line_forecasts import Carriage
from schemas.rejects import RejectReason
from transit.tracking.vehicle_text import Descriptor

FUTURE_TOLERANCE_S: Final = 60
"""A vehicle's clock may run this far ahead of ours; such a report counts as of the poll."""

ANNOUNCED_S: Final = 3600
"""A train that has not begun may be announced this far ahead."""

STALE_S: Final = 360
ID_LENGTH_MAX: Final = 128
VEHICLES_MAX: Final = 256
AREA_M: Final = 150_000.0
"""A report further than this from its line's beginning is not of this city."""

_SECONDS_MAX: Final = 10_000_000_000
_NULL_ISLAND_DEG: Final = 0.01
_STATUS_MAX: Final = 8
_PERCENTAGE_MAX: Final = 1000


class Refusal(NamedTuple):
    """Why a report, or a part of it, was not used."""

    reason: RejectReason
    detail: str


def find_id_refusal(vehicle_id: str, named: Descriptor, label: str) -> Refusal | None:
    """Whether the report's ids can be kept."""
    for written in (vehicle_id, named.trip_id, named.route_id, named.start_time, label):
        if len(written) > ID_LENGTH_MAX:
            return Refusal(RejectReason.ID_TOO_LONG, f"an id of {len(written)} characters; {ID_LENGTH_MAX} at most")
    return None


def find_time_refusal(time_s: int, poll_time_s: int) -> Refusal | None:
    """Whether a report's time, its own or the message's, can stand for when it was true."""
    if time_s <= 0:
        return Refusal(RejectReason.NO_TIME, "neither the report nor its message has a time")
    if time_s > _SECONDS_MAX:
        return Refusal(RejectReason.BAD_TIME, f"the time {time_s} is not in seconds")
    if time_s > poll_time_s + FUTURE_TOLERANCE_S:
        return Refusal(RejectReason.FUTURE_TIME, f"the report's time is {time_s - poll_time_s} s ahead of the poll's")
    if time_s < poll_time_s - STALE_S:
        return Refusal(RejectReason.STALE, f"the report is {poll_time_s - time_s} s old")
    return None


def find_place_refusal(latitude: float, longitude: float) -> Refusal | None:
    """Whether coordinates are a place on earth."""
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return Refusal(RejectReason.BAD_POSITION, "a coordinate is not a number")
    if abs(latitude) > 90.0 or abs(longitude) > 180.0:
        return Refusal(RejectReason.BAD_POSITION, f"{latitude:.5f}, {longitude:.5f} is no place on earth")
    if abs(latitude) < _NULL_ISLAND_DEG and abs(longitude) < _NULL_ISLAND_DEG:
        return Refusal(RejectReason.BAD_POSITION, "0, 0 is what a receiver says that has no fix")
    return None


def find_occupancy_refusal(status: int, percentage: int) -> Refusal | None:
    """Whether the occupancy is of the enumeration and not absurd."""
    if status > _STATUS_MAX or percentage > _PERCENTAGE_MAX:
        return Refusal(RejectReason.BAD_OCCUPANCY, f"status {status}, {percentage} percent")
    return None


def find_carriage_refusal(carriages: tuple[Carriage, ...]) -> Refusal | None:
    """Whether the carriages are numbered 1, 2, 3 ... in some order; else none of them can be told."""
    if sorted(carriage.sequence for carriage in carriages) != list(range(1, len(carriages) + 1)):
        return Refusal(RejectReason.BAD_CARRIAGES, "carriage_sequence does not run from 1 without gaps")
    if len({carriage.id for carriage in carriages if carriage.id}) < sum(1 for c in carriages if c.id):
        return Refusal(RejectReason.BAD_CARRIAGES, "two carriages have one id")
    return None
