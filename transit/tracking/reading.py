"""A report out of its message: fields as they stand, nothing judged, each read only when it is asked for."""

from typing import Any, Final

from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.line_forecasts import Carriage
from transit.tracking.vehicle_text import Descriptor

Vehicle = Any
"""A GTFS-realtime VehiclePosition; its bindings carry no types."""

UNKNOWN: Final = float("nan")
NO_DATA: Final = 7


def parse_message(content: bytes) -> Any:
    """The FeedMessage.

    Raises:
        google.protobuf.message.DecodeError: the bytes are none.
    """
    return FeedMessage.FromString(content)


def as_text(written: "str | bytes") -> str:
    """A text field: the bindings hand over bytes where it is not UTF-8."""
    return written if isinstance(written, str) else written.decode("utf-8", "replace")


def read_label(vehicle: Vehicle) -> str | None:
    """What is painted on the vehicle, if it is said."""
    written = vehicle.vehicle.label
    return as_text(written) if written else None


def read_vehicle_id(vehicle: Vehicle) -> str:
    """The vehicle's id; a train that has none goes by its trip's. Empty if neither is there."""
    written = vehicle.vehicle.id or vehicle.trip.trip_id
    return written if written.__class__ is str else as_text(written)


def read_movement(position: Any) -> tuple[float, float]:
    """Bearing (degrees) and speed (m/s), not a number where unset: only a nought can be that."""
    bearing_deg, speed_mps = position.bearing, position.speed
    if not bearing_deg and not position.HasField("bearing"):
        bearing_deg = UNKNOWN
    if not speed_mps and not position.HasField("speed"):
        speed_mps = UNKNOWN
    return bearing_deg, speed_mps


def is_announcement(vehicle: Vehicle) -> bool:
    """Whether a report only says where a train is to begin: a stop, neither a place nor how the train stands to it."""
    return bool(vehicle.stop_id) and not vehicle.HasField("position") and not vehicle.HasField("current_status")


def read_status(vehicle: Vehicle) -> int:
    """The stop status; unset means in transit, which is the message's own default."""
    status: int = vehicle.current_status
    return status


def read_sequence(vehicle: Vehicle) -> int:
    """The current stop sequence, -1 where unset."""
    return int(vehicle.current_stop_sequence) if vehicle.HasField("current_stop_sequence") else -1


def read_occupancy(vehicle: Vehicle) -> tuple[int, int]:
    """Occupancy status and percentage, -1 where unset: the message's own default, nought, would read as empty."""
    status, percentage = vehicle.occupancy_status, vehicle.occupancy_percentage
    if not status and not vehicle.HasField("occupancy_status"):
        status = -1
    if not percentage and not vehicle.HasField("occupancy_percentage"):
        percentage = -1
    return status, percentage


def read_descriptor(vehicle: Vehicle) -> Descriptor:
    """The trip that the report names."""
    trip = vehicle.trip
    return Descriptor(
        as_text(trip.trip_id),
        as_text(trip.start_date),
        as_text(trip.start_time),
        as_text(trip.route_id),
        trip.direction_id if trip.HasField("direction_id") else -1,
        trip.schedule_relationship,
    )


def read_carriages(vehicle: Vehicle) -> tuple[Carriage, ...]:
    """The carriages in the order of the report."""
    return tuple([_read_carriage(carriage) for carriage in vehicle.multi_carriage_details])


def _read_carriage(carriage: Any) -> Carriage:
    status = carriage.occupancy_status if carriage.HasField("occupancy_status") else NO_DATA
    percentage = carriage.occupancy_percentage if carriage.HasField("occupancy_percentage") else -1
    return Carriage(
        carriage.carriage_sequence,
        as_text(carriage.id) or None,
        as_text(carriage.label) or None,
        None if status == NO_DATA else status,
        percentage,
    )
