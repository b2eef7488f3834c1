"""What GTFS-realtime's rules look at: a timetable read anew from its GTFS, and the feeds of one moment."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, hypot, radians
from zipfile import ZipFile

from google.transit import gtfs_realtime_pb2 as pb

Trip = pb.TripDescriptor
Call = pb.TripUpdate.StopTimeUpdate
Found = Iterator[str]

METRES_A_DEGREE = 111_195.0


def seconds_of(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds


class Gtfs:
    """The tables that the rules look at."""

    def __init__(self, place: str) -> None:
        with ZipFile(place) as archive:
            self._archive = archive
            self.routes = {row["route_id"] for row in self._read("routes.txt")}
            self.agencies = {row.get("agency_id", "") for row in self._read("agency.txt")}
            self.stops = {row["stop_id"]: row for row in self._read("stops.txt")}
            self.trips = {row["trip_id"]: row for row in self._read("trips.txt")}
            self.calls: dict[str, dict[int, tuple[str, str, str]]] = defaultdict(dict)
            for row in self._read("stop_times.txt"):
                times = (row["stop_id"], row["arrival_time"], row["departure_time"])
                self.calls[row["trip_id"]][int(row["stop_sequence"])] = times
            self.shapes: dict[str, list[tuple[float, float]]] = defaultdict(list)
            ordered = sorted(self._read("shapes.txt"), key=lambda row: int(row["shape_pt_sequence"]))
            for row in ordered:
                self.shapes[row["shape_id"]].append((float(row["shape_pt_lat"]), float(row["shape_pt_lon"])))
            self.frequencies: dict[str, list[dict[str, str]]] = defaultdict(list)
            for row in self._read("frequencies.txt"):
                self.frequencies[row["trip_id"]].append(row)
        places = [each for shape in self.shapes.values() for each in shape] or [
            (float(stop["stop_lat"]), float(stop["stop_lon"])) for stop in self.stops.values() if stop["stop_lat"]
        ]
        self.bounds = (
            min(place[0] for place in places),
            max(place[0] for place in places),
            min(place[1] for place in places),
            max(place[1] for place in places),
        )

    def _read(self, name: str) -> list[dict[str, str]]:
        if name not in self._archive.namelist():
            return []
        text = self._archive.read(name).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), skipinitialspace=True))

    def runs_by_headway(self, trip_id: str) -> bool:
        return any(row.get("exact_times", "0") in ("", "0") for row in self.frequencies.get(trip_id, ()))

    def repeats_exactly(self, trip_id: str) -> bool:
        return any(row.get("exact_times") == "1" for row in self.frequencies.get(trip_id, ()))


@dataclass(frozen=True)
class Moment:
    """What a reader holds at one time: the feeds fetched at ``at`` (POSIX s), and those before."""

    gtfs: Gtfs
    at: int
    updates: pb.FeedMessage
    vehicles: pb.FeedMessage
    alerts: pb.FeedMessage
    before: "Moment | None" = None
    feeds: tuple[pb.FeedMessage, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "feeds", (self.updates, self.vehicles, self.alerts))

    def trip_updates(self) -> list[pb.TripUpdate]:
        return [entity.trip_update for entity in self.updates.entity]

    def positions(self) -> list[pb.VehiclePosition]:
        return [entity.vehicle for entity in self.vehicles.entity]

    def all_alerts(self) -> list[pb.Alert]:
        return [entity.alert for entity in self.alerts.entity]

    def trips(self) -> list[Trip]:
        of_vehicles = [position.trip for position in self.positions() if position.HasField("trip")]
        return [update.trip for update in self.trip_updates()] + of_vehicles

    def calls(self) -> Iterator[tuple[pb.TripUpdate, Call]]:
        return ((update, call) for update in self.trip_updates() for call in update.stop_time_update)


def is_added(trip: Trip) -> bool:
    return trip.schedule_relationship in (Trip.ADDED, Trip.NEW)


def times_of(call: Call) -> list[int]:
    events = [getattr(call, name) for name in ("arrival", "departure") if call.HasField(name)]
    return [event.time for event in events if event.HasField("time")]


def stamps_of(moment: Moment) -> Iterator[int]:
    yield from (update.timestamp for update in moment.trip_updates())
    yield from (position.timestamp for position in moment.positions())


def stop_ids_of(moment: Moment) -> list[str]:
    return [call.stop_id for _, call in moment.calls()] + [p.stop_id for p in moment.positions() if p.stop_id]


def pairs_before(moment: Moment) -> Iterator[tuple[pb.FeedMessage, pb.FeedMessage]]:
    return zip(moment.before.feeds, moment.feeds, strict=True) if moment.before else iter(())


def places_of(moment: Moment) -> Iterator[tuple[pb.VehiclePosition, float, float]]:
    for position in moment.positions():
        if position.HasField("position"):
            yield position, position.position.latitude, position.position.longitude


def away_m(latitude: float, longitude: float, shape: list[tuple[float, float]]) -> float:
    scale = cos(radians(latitude)) * METRES_A_DEGREE
    points = [((lon - longitude) * scale, (lat - latitude) * METRES_A_DEGREE) for lat, lon in shape]
    nearest = min(hypot(x, y) for x, y in points)
    for (x, y), (to_x, to_y) in pairwise(points):
        step_x, step_y = to_x - x, to_y - y
        length = step_x**2 + step_y**2
        part = min(1.0, max(0.0, -(x * step_x + y * step_y) / length)) if length else 0.0
        nearest = min(nearest, hypot(x + part * step_x, y + part * step_y))
    return nearest


def selectors_of(moment: Moment) -> list[pb.EntitySelector]:
    return [each for alert in moment.all_alerts() for each in alert.informed_entity]


def pairings_of(moment: Moment) -> tuple[dict[str, str], dict[str, str]]:
    """Trip to vehicle, as the updates and as the positions have it."""
    told = {u.trip.trip_id: u.vehicle.id for u in moment.trip_updates() if u.vehicle.id}
    seen = {p.trip.trip_id: p.vehicle.id for p in moment.positions()}
    return told, seen
