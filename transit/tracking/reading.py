"""A report out of its message: fields as they stand, nothing judged, each read only when it is asked for."""

from typing import Any, Final

from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.line_forecasts import Carriage
from transit.tracking.vehicle_text import Descriptor

Vehicle = Any
"""A GTFS-realtime VehiclePosition; its bindings carry no types."""

UNKNOWN: Final = float("nan")
IN_TRANSIT_TO: Final = 2
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
    """Bearing (degrees) and speed (m/s), not a number where unset."""
    has = position.HasField
    return (position.bearing if has("bearing") else UNKNOWN, position.speed if has("speed") else UNKNOWN)


def is_announcement(vehicle: Vehicle) -> bool:
    """Whether a report only says where a train is to begin: a stop, neither a place nor how the train stands to it."""
    return bool(vehicle.stop_id) and not vehicle.HasField("position") and not vehicle.HasField("current_status")


def read_status(vehicle: Vehicle) -> int:
    """The stop status; unset means in transit."""
    return int(vehicle.current_status) if vehicle.HasField("current_status") else IN_TRANSIT_TO


def read_sequence(vehicle: Vehicle) -> int:
    """The current stop sequence, -1 where unset."""
    return int(vehicle.current_stop_sequence) if vehicle.HasField("current_stop_sequence") else -1


def read_occupancy(vehicle: Vehicle) -> tuple[int, int]:
    """Occupancy status and percentage, -1 where unset: the message's own default would read as empty."""
    has = vehicle.HasField
    return (
        vehicle.occupancy_status if has("occupancy_status") else -1,
        vehicle.occupancy_percentage if has("occupancy_percentage") else -1,
    )


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
