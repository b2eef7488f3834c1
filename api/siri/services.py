"""The three services, each made from our own answer to the same question."""

from collections.abc import Iterable

from api.siri.journey import Fields, call_times, line_elements, name_elements, occupancy_of, progress_elements
from api.siri.tree import Tree, known

PRODUCER = "headway"


def deliver(service: str, elements: Tree, now: str) -> Tree:
    """A document that delivers ``elements`` of one service at ``now`` (RFC 3339)."""
    delivery: Tree = [("ResponseTimestamp", now), ("Status", True), *elements]
    head: Tree = [("ResponseTimestamp", now), ("ProducerRef", PRODUCER), ("Status", True), ("MoreData", False)]
    return [("Siri", [("ServiceDelivery", [*head, (f"{service}Delivery", delivery)])])]


def stop_monitoring(answer: Fields, vehicles: dict[str, Fields], now: str) -> Tree:
    """The visits to a stop: from ``/v1/stops/{stop_id}/arrivals``; ``vehicles`` by id, where places may be told."""
    stop = answer["stop"]
    visits: Tree = []
    for arrival in answer["arrivals"]:
        if arrival["run_id"] is None:
            continue
        vehicle = vehicles.get(arrival.get("vehicle_id") or "", {})
        call = known(
            ("StopPointRef", arrival["stop"]["id"]),
            ("Order", arrival["stop_sequence"]),
            ("StopPointName", arrival["stop"]["name"]),
            ("VehicleAtStop", arrival.get("state") == "at_stop"),
            *((name, value) for name, value in call_times(arrival)),
            ("DistanceFromStop", arrival.get("distance_m")),
            ("NumberOfStopsAway", _not_negative(arrival.get("stops_away"))),
        )
        journey: Tree = [
            *line_elements(arrival),
            *name_elements(arrival),
            *progress_elements(arrival, vehicle),
            ("MonitoredCall", call),
        ]
        visits.append(
            (
                "MonitoredStopVisit",
                known(
                    ("RecordedAtTime", arrival.get("observed_at") or arrival.get("computed_at") or now),
                    ("ItemIdentifier", f"{arrival['run_id']}:{arrival['stop_sequence']}"),
                    ("ValidUntilTime", arrival.get("valid_until")),
                    ("MonitoringRef", stop["id"]),
                    ("MonitoredVehicleJourney", journey),
                ),
            )
        )
    return visits


def _not_negative(stops_away: int | None) -> int | None:
    return None if stops_away is None or stops_away < 0 else stops_away


def vehicle_monitoring(vehicles: Iterable[Fields]) -> Tree:
    """Vehicles under way, from ``/v1/lines/{line_id}/vehicles``."""
    activities: Tree = []
    for vehicle in vehicles:
        next_stop = vehicle.get("next_stop") or {}
        call = known(
            ("StopPointRef", next_stop.get("id")),
            ("StopPointName", next_stop.get("name")),
            ("VehicleAtStop", vehicle.get("state") == "at_stop"),
        )
        journey: Tree = [
            *line_elements(vehicle),
            *name_elements(vehicle),
            *progress_elements(vehicle, vehicle),
            *(known(("MonitoredCall", call)) if next_stop else []),
        ]
        activities.append(
            (
                "VehicleActivity",
                [
                    ("RecordedAtTime", vehicle["observed_at"]),
                    ("ItemIdentifier", vehicle["run_id"]),
                    ("ValidUntilTime", vehicle["valid_until"]),
                    ("MonitoredVehicleJourney", journey),
                ],
            )
        )
    return activities


def estimated_timetable(runs: Iterable[Fields], now: str) -> Tree:
    """A line's runs with all their calls ahead, from ``/v1/runs/{run_id}``."""
    journeys: Tree = []
    for run in runs:
        vehicle = run.get("vehicle") or {}
        calls: Tree = [("EstimatedCall", _estimated(call)) for call in run["calls"] if call.get("state") != "departed"]
        if not calls:
            continue
        journeys.append(
            (
                "EstimatedVehicleJourney",
                [
                    *line_elements(run),
                    *known(("Cancellation", True if run.get("verdict") == "not_coming" else None)),
                    *name_elements(run),
                    *known(
                        ("Monitored", bool(vehicle)),
                        ("Occupancy", occupancy_of(vehicle)),
                        ("VehicleRef", vehicle.get("id")),
                    ),
                    ("EstimatedCalls", calls),
                    ("IsCompleteStopSequence", False),
                ],
            )
        )
    return [("EstimatedJourneyVersionFrame", [("RecordedAtTime", now), *journeys])] if journeys else []


def _estimated(call: Fields) -> Tree:
    return known(
        ("StopPointRef", call["stop"]["id"]),
        ("Order", call["stop_sequence"]),
        ("StopPointName", call["stop"]["name"]),
        *call_times(call),
    )
