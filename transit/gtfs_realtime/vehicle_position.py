"""Where a run's vehicle is, how it stands to its next stop, and how full it and its carriages are, as it reported."""

from typing import Final, cast

import numpy as np
from google.transit.gtfs_realtime_pb2 import VehiclePosition

from schemas.line_forecasts import Carriage, RunForecast, RunState
from transit.grants.fields import DISTANCE, OCCUPANCY, VERDICT
from transit.gtfs_realtime.run_words import RunWords
from transit.timetable.compiled import Floats, Timetable
from transit.timetable.plane import Plane

SHAPE_WITHIN_M: Final = 95.0
"""A position further from its trip's shape contradicts the trip. GTFS-realtime's rule E029 leaves the distance open: of
those who check it the strictest draws the line at 100 m."""

OLD_S: Final = 90
"""Best practice: a position is no older than this when it is served."""

SPEED_MAX_MPS: Final = 26.0
"""Rule W004 holds a higher speed to be a mistake of the device."""

_TINY_M2: Final = 1e-9
_STATUS: Final = {
    RunState.APPROACHING: VehiclePosition.INCOMING_AT,
    RunState.AT_STOP: VehiclePosition.STOPPED_AT,
}
_CLASSES: Final = frozenset(VehiclePosition.OccupancyStatus.values())


def fill_vehicle_position(
    told: VehiclePosition, run: RunForecast, words: RunWords, *, computed_at: int, now: float
) -> None:
    """Write a tracked run's vehicle.

    The position (WGS-84) is left out where the vehicle is off its trip's shape: the specification has no way to say
    both. Of a vehicle not heard for 90 s only the next stop is told, and that this was worked out at ``computed_at``
    (POSIX s). What of it is not granted is left out.
    """
    fields = words.granted.fields
    words.fill_trip(told.trip, run)
    if run.vehicle_id:
        words.fill_vehicle(told.vehicle, run)
    is_old = now - run.observed_at >= OLD_S
    told.timestamp = min(int(now), max(run.observed_at, computed_at) if is_old else run.observed_at)
    sequences, stops = words.calls_of(run.pattern)
    position = min(run.next_position, len(stops) - 1)
    if DISTANCE in fields and stops[position]:
        told.current_stop_sequence = sequences[position]
        told.stop_id = stops[position]
        # how it stands to a stop says nothing without the stop
        if VERDICT in fields:
            told.current_status = _STATUS.get(run.state, VehiclePosition.IN_TRANSIT_TO)
    if is_old:
        return
    _fill_place(told, run, words.timetable)
    if OCCUPANCY in fields:
        _fill_occupancy(told, run, with_percentage=words.granted.with_counts)


def _fill_place(told: VehiclePosition, run: RunForecast, timetable: Timetable) -> None:
    latitude, longitude = run.latitude, run.longitude
    if latitude is None or longitude is None or not is_on_shape(latitude, longitude, run.pattern, timetable):
        return
    told.position.latitude = latitude
    told.position.longitude = longitude
    if run.bearing_deg is not None:
        told.position.bearing = run.bearing_deg % 360.0
    if run.speed_mps is not None and 0.0 <= run.speed_mps <= SPEED_MAX_MPS:
        told.position.speed = run.speed_mps


def is_on_shape(latitude: float, longitude: float, pattern: int, timetable: Timetable) -> bool:
    """Whether a place lies near the shape of a pattern; where there is none it does."""
    if not timetable.pattern_has_shape[pattern]:
        return True
    first, end = int(timetable.pattern_point_offset[pattern]), int(timetable.pattern_point_offset[pattern + 1])
    x, y = Plane(latitude, longitude).metres(timetable.point_latitude[first:end], timetable.point_longitude[first:end])
    return _nearest_m(x, y) <= SHAPE_WITHIN_M


def _nearest_m(x: Floats, y: Floats) -> float:
    """Distance (m) of the origin from a polyline."""
    if len(x) < 2:
        return float(np.hypot(x, y).min())
    step_x, step_y = np.diff(x), np.diff(y)
    length = np.maximum(step_x**2 + step_y**2, _TINY_M2)
    along = np.clip(-(x[:-1] * step_x + y[:-1] * step_y) / length, 0.0, 1.0)
    return float(np.hypot(x[:-1] + along * step_x, y[:-1] + along * step_y).min())


def _fill_occupancy(told: VehiclePosition, run: RunForecast, *, with_percentage: bool) -> None:
    if run.occupancy_status is not None and run.occupancy_status in _CLASSES:
        told.occupancy_status = cast("VehiclePosition.OccupancyStatus", run.occupancy_status)
    if with_percentage and run.occupancy_percentage is not None and run.occupancy_percentage >= 0:
        told.occupancy_percentage = run.occupancy_percentage
    for carriage in sorted(run.carriages, key=_sequence):
        _fill_carriage(told.multi_carriage_details.add(), carriage, with_percentage=with_percentage)


def _sequence(carriage: Carriage) -> int:
    return carriage.sequence


def _fill_carriage(told: VehiclePosition.CarriageDetails, carriage: Carriage, *, with_percentage: bool) -> None:
    """One carriage; without a report ``NO_DATA_AVAILABLE`` and -1 are the specification's own defaults."""
    told.carriage_sequence = carriage.sequence
    if carriage.id:
        told.id = carriage.id
    if carriage.label:
        told.label = carriage.label
    if carriage.occupancy_status is not None and carriage.occupancy_status in _CLASSES:
        told.occupancy_status = cast("VehiclePosition.OccupancyStatus", carriage.occupancy_status)
    told.occupancy_percentage = carriage.occupancy_percentage if with_percentage else -1
