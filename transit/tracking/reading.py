"""A report out of its message: every field as it stands, nothing judged."""

from typing import Any, NamedTuple

from google.protobuf.message import DecodeError
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.line_forecasts import Carriage
from transit.tracking.vehicle_text import Descriptor

Entity = Any
"""A GTFS-realtime FeedEntity; its bindings carry no types."""


class Report(NamedTuple):
    """One vehicle's report. Unset fields are ``None``, or -1 and empty where the field itself cannot say so."""

    entity_id: str
    vehicle_id: str
    label: str | None
    named: Descriptor
    time: int
    latitude: float | None
    longitude: float | None
    bearing_deg: float
    speed_mps: float
    stop_id: str
    stop_sequence: int
    stop_status: int
    occupancy_status: int
    occupancy_percentage: int
    carriages: tuple[Carriage, ...]


UNKNOWN_NUMBER = float("nan")
IN_TRANSIT_TO = 2
NO_DATA = 7
NOBODY = Descriptor()


def parse_message(content: bytes) -> Any:
    """The FeedMessage.

    Raises:
        DecodeError: the bytes are none.
    """
    return FeedMessage.FromString(content)


def read_report(entity: Entity) -> Report:
    """The report in a FeedEntity that has a vehicle."""
    vehicle = entity.vehicle
    has = vehicle.HasField
    latitude = longitude = None
    bearing_deg = speed_mps = UNKNOWN_NUMBER
    if has("position"):
        position = vehicle.position
        latitude, longitude = position.latitude, position.longitude
        if position.HasField("bearing"):
            bearing_deg = position.bearing
        if position.HasField("speed"):
            speed_mps = position.speed
    vehicle_id, label = "", None
    if has("vehicle"):
        described = vehicle.vehicle
        vehicle_id, label = described.id, described.label or None
    carriages = vehicle.multi_carriage_details
    return Report(
        entity.id,
        vehicle_id,
        label,
        _read_descriptor(vehicle.trip) if has("trip") else NOBODY,
        vehicle.timestamp,
        latitude,
        longitude,
        bearing_deg,
        speed_mps,
        vehicle.stop_id,
        vehicle.current_stop_sequence if has("current_stop_sequence") else -1,
        vehicle.current_status if has("current_status") else IN_TRANSIT_TO,
        vehicle.occupancy_status if has("occupancy_status") else -1,
        vehicle.occupancy_percentage if has("occupancy_percentage") else -1,
        tuple(_read_carriage(carriage) for carriage in carriages) if carriages else (),
    )


def _read_descriptor(trip: Any) -> Descriptor:
    return Descriptor(
        trip.trip_id,
        trip.start_date,
        trip.start_time,
        trip.route_id,
        trip.direction_id if trip.HasField("direction_id") else -1,
        trip.schedule_relationship,
    )


def _read_carriage(carriage: Any) -> Carriage:
    status = carriage.occupancy_status if carriage.HasField("occupancy_status") else NO_DATA
    return Carriage(
        carriage.carriage_sequence,
        carriage.id or None,
        carriage.label or None,
        None if status == NO_DATA else status,
        carriage.occupancy_percentage if carriage.HasField("occupancy_percentage") else -1,
    )


__all__ = ["DecodeError", "Report", "parse_message", "read_report"]
