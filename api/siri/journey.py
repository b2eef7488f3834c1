"""What SIRI's three services say alike of a journey: its line, run, vehicle, place and load; from our own answers."""

from collections.abc import Mapping
from typing import Any, Final

from api.siri.tree import Tree, known
from transit.answers.run_ids import parse_run_id

Fields = Mapping[str, Any]

OCCUPANCY: Final = {
    "empty": "seatsAvailable",
    "many_seats_available": "seatsAvailable",
    "few_seats_available": "seatsAvailable",
    "standing_room_only": "standingAvailable",
    "crushed_standing_room_only": "standingAvailable",
    "full": "full",
    "not_accepting_passengers": "full",
}
"""SIRI 2.0 knows three classes."""

_EARLY_S: Final = -60
_LATE_S: Final = 300
_MODES: Final = {0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 11: "bus"}
_WITHOUT_DIRECTION: Final = "0"


def line_elements(fields: Fields) -> Tree:
    """Line, direction and run, in the order in which every journey begins."""
    line = fields.get("line") or {}
    return known(
        ("LineRef", line.get("id")),
        ("DirectionRef", _WITHOUT_DIRECTION if fields.get("direction_id") is None else str(fields["direction_id"])),
        ("FramedVehicleJourneyRef", _run_elements(fields.get("run_id"))),
    )


def _run_elements(run_id: str | None) -> Tree:
    if run_id is None:
        return []
    timetable, key = parse_run_id(run_id)
    date = f"{key.service_date:08d}"
    return [
        ("DataFrameRef", f"{date[:4]}-{date[4:6]}-{date[6:]}"),
        ("DatedVehicleJourneyRef", f"{timetable}:{key.trip_id}" + _start(key.start_time_s)),
    ]


def _start(start_time_s: int | None) -> str:
    return "" if start_time_s is None else f":{start_time_s}"


def name_elements(fields: Fields) -> Tree:
    """Mode and names."""
    line = fields.get("line") or {}
    return known(
        ("VehicleMode", _MODES.get(line.get("route_type", 3))),
        ("PublishedLineName", line.get("short_name") or line.get("long_name")),
        ("DirectionName", fields.get("headsign")),
        ("DestinationName", fields.get("headsign")),
    )


def progress_elements(fields: Fields, vehicle: Fields) -> Tree:
    """Whether and where the vehicle is heard, how late and how full: ``vehicle`` as /v1/vehicles tells it, or empty."""
    return known(
        ("Monitored", fields.get("basis") in ("live", "extrapolated", "historical")),
        ("VehicleLocation", _place(vehicle)),
        ("Bearing", vehicle.get("bearing_deg")),
        ("Occupancy", occupancy_of(fields)),
        ("Delay", delay_of(fields.get("delay_s"))),
        ("VehicleRef", fields.get("vehicle_id") or vehicle.get("id")),
    )


def _place(vehicle: Fields) -> Tree:
    if vehicle.get("latitude") is None or vehicle.get("longitude") is None:
        return []
    return [("Longitude", vehicle["longitude"]), ("Latitude", vehicle["latitude"])]


def occupancy_of(fields: Fields) -> str | None:
    """How full the vehicle last reported to be, in SIRI's words."""
    return OCCUPANCY.get((fields.get("occupancy") or {}).get("status") or "")


def delay_of(delay_s: int | None) -> str | None:
    """A delay as XML Schema's duration; early is negative."""
    if delay_s is None:
        return None
    return f"{'-' if delay_s < 0 else ''}PT{abs(delay_s)}S"


def call_times(call: Fields) -> Tree:
    """Aimed and expected arrival, then departure, each with its status."""
    skipped = call.get("verdict") == "not_coming"
    arrives, departs = call.get("expected_at"), call.get("expected_departure_at")
    return known(
        ("AimedArrivalTime", call.get("aimed_at")),
        ("ExpectedArrivalTime", arrives),
        ("ArrivalStatus", _status(call.get("delay_s"), arrives, skipped=skipped)),
        ("AimedDepartureTime", call.get("aimed_departure_at")),
        ("ExpectedDepartureTime", departs),
        ("DepartureStatus", _status(call.get("delay_s"), departs, skipped=skipped)),
    )


def _status(delay_s: int | None, expected: str | None, *, skipped: bool) -> str | None:
    if skipped:
        return "cancelled"
    if expected is None or delay_s is None:
        return None
    return "early" if delay_s < _EARLY_S else "delayed" if delay_s > _LATE_S else "onTime"
