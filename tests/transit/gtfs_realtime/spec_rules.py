"""GTFS-realtime's rules as checks on feeds, by the numbers under which validators know them.

Written from the specification and the published list of rules; the timetable is read anew from its GTFS, not from what
the feeds were made of. E010 is a rule of the timetable alone.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, hypot, radians
from zipfile import ZipFile

from google.transit import gtfs_realtime_pb2 as pb

Trip = pb.TripDescriptor
Call = pb.TripUpdate.StopTimeUpdate
Found = Iterator[str]

_METRES_A_DEGREE = 111_195.0
_REGION_M = 1609.0
_SHAPE_M = 200.0
_START_TIME = re.compile(r"\d{1,2}:[0-5]\d:[0-5]\d")


def _seconds(clock: str) -> int:
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


def _is_added(trip: Trip) -> bool:
    return trip.schedule_relationship in (Trip.ADDED, Trip.NEW)


def _moments(call: Call) -> list[int]:
    events = [getattr(call, name) for name in ("arrival", "departure") if call.HasField(name)]
    return [event.time for event in events if event.HasField("time")]


def _stamps(moment: Moment) -> Iterator[int]:
    yield from (update.timestamp for update in moment.trip_updates())
    yield from (position.timestamp for position in moment.positions())


def e001(moment: Moment) -> Found:
    times = [feed.header.timestamp for feed in moment.feeds] + list(_stamps(moment))
    times += [at for _, call in moment.calls() for at in _moments(call)]
    yield from (f"{at} is no POSIX time" for at in times if not 10**9 < at < 4 * 10**9)


def e002(moment: Moment) -> Found:
    for update in moment.trip_updates():
        for one, other in pairwise(update.stop_time_update):
            if one.stop_sequence >= other.stop_sequence:
                yield f"{update.trip.trip_id}: {one.stop_sequence} before {other.stop_sequence}"


def e003(moment: Moment) -> Found:
    yield from (t.trip_id for t in moment.trips() if not _is_added(t) and t.trip_id not in moment.gtfs.trips)


def e004(moment: Moment) -> Found:
    yield from (t.route_id for t in moment.trips() if t.route_id not in moment.gtfs.routes)


def e006(moment: Moment) -> Found:
    for trip in moment.trips():
        if moment.gtfs.runs_by_headway(trip.trip_id) and not (trip.start_time and trip.start_date):
            yield trip.trip_id


def e009(moment: Moment) -> Found:
    for update in moment.trip_updates():
        stops = Counter(stop for stop, _, _ in moment.gtfs.calls.get(update.trip.trip_id, {}).values())
        if max(stops.values(), default=0) > 1:
            yield from (c.stop_id for c in update.stop_time_update if not c.HasField("stop_sequence"))


def _stop_ids(moment: Moment) -> list[str]:
    return [call.stop_id for _, call in moment.calls()] + [p.stop_id for p in moment.positions() if p.stop_id]


def e011(moment: Moment) -> Found:
    informed = [each.stop_id for alert in moment.all_alerts() for each in alert.informed_entity if each.stop_id]
    yield from (stop for stop in _stop_ids(moment) + informed if stop not in moment.gtfs.stops)


def e012(moment: Moment) -> Found:
    for feed, stamps in (
        (moment.updates, [update.timestamp for update in moment.trip_updates()]),
        (moment.vehicles, [position.timestamp for position in moment.positions()]),
    ):
        yield from (f"{at} after {feed.header.timestamp}" for at in stamps if at > feed.header.timestamp)


def e013(moment: Moment) -> Found:
    for trip in moment.trips():
        told = trip.schedule_relationship
        if moment.gtfs.runs_by_headway(trip.trip_id) and told not in (Trip.UNSCHEDULED, Trip.CANCELED):
            yield trip.trip_id


def e015(moment: Moment) -> Found:
    for stop in _stop_ids(moment):
        if moment.gtfs.stops.get(stop, {}).get("location_type", "0") not in ("", "0", None):
            yield stop


def e016(moment: Moment) -> Found:
    yield from (trip.trip_id for trip in moment.trips() if _is_added(trip) and trip.trip_id in moment.gtfs.trips)


def _pairs_before(moment: Moment) -> Iterator[tuple[pb.FeedMessage, pb.FeedMessage]]:
    return zip(moment.before.feeds, moment.feeds, strict=True) if moment.before else iter(())


def e017(moment: Moment) -> Found:
    for was, is_now in _pairs_before(moment):
        if was.header.timestamp == is_now.header.timestamp and was != is_now:
            yield f"{was.header.timestamp}"


def e018(moment: Moment) -> Found:
    for was, is_now in _pairs_before(moment):
        if is_now.header.timestamp < was.header.timestamp:
            yield f"{is_now.header.timestamp} after {was.header.timestamp}"


def e019(moment: Moment) -> Found:
    for trip in moment.trips():
        if not moment.gtfs.repeats_exactly(trip.trip_id) or not _START_TIME.fullmatch(trip.start_time):
            continue
        start_s = _seconds(trip.start_time)
        rows = moment.gtfs.frequencies[trip.trip_id]
        if not any((start_s - _seconds(row["start_time"])) % int(row["headway_secs"]) == 0 for row in rows):
            yield f"{trip.trip_id} {trip.start_time}"


def e020(moment: Moment) -> Found:
    yield from (t.start_time for t in moment.trips() if t.start_time and not _START_TIME.fullmatch(t.start_time))


def e021(moment: Moment) -> Found:
    yield from (t.start_date for t in moment.trips() if t.start_date and not re.fullmatch(r"20\d{6}", t.start_date))


def e022(moment: Moment) -> Found:
    for update in moment.trip_updates():
        times = [at for call in update.stop_time_update if (at := _moments(call))]
        for one, other in pairwise(times):
            if other[0] <= one[-1]:
                yield f"{update.trip.trip_id}: {one} then {other}"


def e023(moment: Moment) -> Found:
    for trip in moment.trips():
        calls = moment.gtfs.calls.get(trip.trip_id)
        if _START_TIME.fullmatch(trip.start_time) and calls and trip.trip_id not in moment.gtfs.frequencies:
            first = calls[min(calls)][1]
            if _seconds(trip.start_time) != _seconds(first):
                yield f"{trip.trip_id} {trip.start_time}"


def e024(moment: Moment) -> Found:
    for trip in moment.trips():
        row = moment.gtfs.trips.get(trip.trip_id)
        if row and trip.HasField("direction_id") and str(trip.direction_id) != row.get("direction_id"):
            yield trip.trip_id


def e025(moment: Moment) -> Found:
    for update, call in moment.calls():
        if call.HasField("arrival") and call.HasField("departure") and call.departure.time < call.arrival.time:
            yield f"{update.trip.trip_id} {call.stop_sequence}"


def _places(moment: Moment) -> Iterator[tuple[pb.VehiclePosition, float, float]]:
    for position in moment.positions():
        if position.HasField("position"):
            yield position, position.position.latitude, position.position.longitude


def e026(moment: Moment) -> Found:
    yield from (p.vehicle.id for p, lat, lon in _places(moment) if not (abs(lat) <= 90 and abs(lon) <= 180))


def e027(moment: Moment) -> Found:
    for position, _, _ in _places(moment):
        if position.position.HasField("bearing") and not 0 <= position.position.bearing <= 360:
            yield position.vehicle.id


def e028(moment: Moment) -> Found:
    south, north, west, east = moment.gtfs.bounds
    for position, latitude, longitude in _places(moment):
        margin = _REGION_M / _METRES_A_DEGREE
        wider = margin / cos(radians(latitude))
        if not (south - margin <= latitude <= north + margin and west - wider <= longitude <= east + wider):
            yield position.vehicle.id


def e029(moment: Moment) -> Found:
    detoured = {
        each.trip.trip_id or each.route_id
        for alert in moment.all_alerts()
        for each in alert.informed_entity
        if alert.effect == pb.Alert.DETOUR
    }
    for position, latitude, longitude in _places(moment):
        trip = moment.gtfs.trips.get(position.trip.trip_id, {})
        shape = moment.gtfs.shapes.get(trip.get("shape_id", ""))
        if shape and trip.get("trip_id") not in detoured and _away_m(latitude, longitude, shape) > _SHAPE_M:
            yield f"{position.vehicle.id} {_away_m(latitude, longitude, shape):.0f} m"


def _away_m(latitude: float, longitude: float, shape: list[tuple[float, float]]) -> float:
    scale = cos(radians(latitude)) * _METRES_A_DEGREE
    points = [((lon - longitude) * scale, (lat - latitude) * _METRES_A_DEGREE) for lat, lon in shape]
    nearest = min(hypot(x, y) for x, y in points)
    for (x, y), (to_x, to_y) in pairwise(points):
        step_x, step_y = to_x - x, to_y - y
        length = step_x**2 + step_y**2
        part = min(1.0, max(0.0, -(x * step_x + y * step_y) / length)) if length else 0.0
        nearest = min(nearest, hypot(x + part * step_x, y + part * step_y))
    return nearest


def _selectors(moment: Moment) -> list[pb.EntitySelector]:
    return [each for alert in moment.all_alerts() for each in alert.informed_entity]


def e030(moment: Moment) -> Found:
    for each in _selectors(moment):
        row = moment.gtfs.trips.get(each.trip.trip_id)
        if row and each.route_id and row["route_id"] != each.route_id:
            yield each.trip.trip_id


def e031(moment: Moment) -> Found:
    for each in _selectors(moment):
        if each.route_id and each.trip.route_id and each.route_id != each.trip.route_id:
            yield each.route_id


def e032(moment: Moment) -> Found:
    yield from (entity.id for entity in moment.alerts.entity if not entity.alert.informed_entity)


def e033(moment: Moment) -> Found:
    yield from ("an empty selector" for each in _selectors(moment) if not each.ListFields())


def e034(moment: Moment) -> Found:
    yield from (e.agency_id for e in _selectors(moment) if e.agency_id and e.agency_id not in moment.gtfs.agencies)


def e035(moment: Moment) -> Found:
    for trip in moment.trips():
        row = moment.gtfs.trips.get(trip.trip_id)
        if row and trip.route_id and row["route_id"] != trip.route_id:
            yield trip.trip_id


def e036(moment: Moment) -> Found:
    for update in moment.trip_updates():
        for one, other in pairwise(update.stop_time_update):
            if one.stop_sequence == other.stop_sequence:
                yield update.trip.trip_id


def e037(moment: Moment) -> Found:
    for update in moment.trip_updates():
        calls = moment.gtfs.calls.get(update.trip.trip_id, {})
        for one, other in pairwise(update.stop_time_update):
            between = [s for s in calls if one.stop_sequence < s < other.stop_sequence]
            told_twice = one.stop_id == other.stop_id and not between
            planned = calls.get(one.stop_sequence, ("",))[0] == calls.get(other.stop_sequence, ("-",))[0]
            if told_twice and not planned:
                yield update.trip.trip_id


def e038(moment: Moment) -> Found:
    yield from (f.header.gtfs_realtime_version for f in moment.feeds if f.header.gtfs_realtime_version != "2.0")


def e039(moment: Moment) -> Found:
    yield from (entity.id for feed in moment.feeds for entity in feed.entity if entity.HasField("is_deleted"))


def e040(moment: Moment) -> Found:
    yield from (u.trip.trip_id for u, c in moment.calls() if not (c.HasField("stop_sequence") or c.stop_id))


def e041(moment: Moment) -> Found:
    for update in moment.trip_updates():
        if not update.stop_time_update and update.trip.schedule_relationship != Trip.CANCELED:
            yield update.trip.trip_id


def e042(moment: Moment) -> Found:
    for update, call in moment.calls():
        if call.schedule_relationship == Call.NO_DATA and (call.HasField("arrival") or call.HasField("departure")):
            yield update.trip.trip_id


def e043(moment: Moment) -> Found:
    for update, call in moment.calls():
        untold = not (call.HasField("arrival") or call.HasField("departure"))
        if untold and call.schedule_relationship == Call.SCHEDULED:
            yield update.trip.trip_id


def e044(moment: Moment) -> Found:
    for update, call in moment.calls():
        for name in ("arrival", "departure"):
            event = getattr(call, name)
            if call.HasField(name) and not (event.HasField("time") or event.HasField("delay")):
                yield update.trip.trip_id


def e045(moment: Moment) -> Found:
    for update, call in moment.calls():
        planned = moment.gtfs.calls.get(update.trip.trip_id, {}).get(call.stop_sequence)
        if planned and planned[0] != call.stop_id:
            yield f"{update.trip.trip_id} {call.stop_sequence}: {call.stop_id}, planned {planned[0]}"


def e046(moment: Moment) -> Found:
    for update, call in moment.calls():
        planned = moment.gtfs.calls.get(update.trip.trip_id, {}).get(call.stop_sequence, ("", "", ""))
        for name, aimed in (("arrival", planned[1]), ("departure", planned[2])):
            if call.HasField(name) and not getattr(call, name).HasField("time") and not aimed:
                yield update.trip.trip_id


def _pairings(moment: Moment) -> tuple[dict[str, str], dict[str, str]]:
    """Trip to vehicle, as the updates and as the positions have it."""
    told = {u.trip.trip_id: u.vehicle.id for u in moment.trip_updates() if u.vehicle.id}
    seen = {p.trip.trip_id: p.vehicle.id for p in moment.positions()}
    return told, seen


def e047(moment: Moment) -> Found:
    told, seen = _pairings(moment)
    yield from (f"{trip}: {told[trip]} and {seen[trip]}" for trip in told.keys() & seen if told[trip] != seen[trip])
    trip_of = {vehicle: trip for trip, vehicle in told.items()}
    for trip, vehicle in seen.items():
        if trip_of.get(vehicle, trip) != trip:
            yield f"{vehicle}: {trip} and {trip_of[vehicle]}"


def e048(moment: Moment) -> Found:
    yield from ("no time" for feed in moment.feeds if not feed.header.timestamp)


def e049(moment: Moment) -> Found:
    yield from ("none" for feed in moment.feeds if not feed.header.HasField("incrementality"))


def e050(moment: Moment) -> Found:
    stamps = [feed.header.timestamp for feed in moment.feeds] + list(_stamps(moment))
    yield from (f"{at} after {moment.at}" for at in stamps if at > moment.at + 60)


def e051(moment: Moment) -> Found:
    for update, call in moment.calls():
        calls = moment.gtfs.calls.get(update.trip.trip_id)
        if calls and call.stop_sequence not in calls:
            yield f"{update.trip.trip_id} {call.stop_sequence}"


def e052(moment: Moment) -> Found:
    seen = Counter(position.vehicle.id for position in moment.positions())
    yield from (vehicle for vehicle, count in seen.items() if count > 1)


def w001(moment: Moment) -> Found:
    yield from ("no time" for at in _stamps(moment) if not at)


def w002(moment: Moment) -> Found:
    for update in moment.trip_updates():
        # a cancelled trip has no vehicle that could be named
        if not update.vehicle.id and update.trip.schedule_relationship != Trip.CANCELED:
            yield update.trip.trip_id
    yield from (position.trip.trip_id for position in moment.positions() if not position.vehicle.id)


def w003(moment: Moment) -> Found:
    told, seen = _pairings(moment)
    yield from (f"{trip} has no position" for trip in told.keys() - seen)
    yield from (f"{trip} has no update" for trip in seen.keys() - told)


def w004(moment: Moment) -> Found:
    for position, _, _ in _places(moment):
        if not 0 <= position.position.speed <= 26.8:
            yield f"{position.vehicle.id} {position.position.speed}"


def w005(moment: Moment) -> Found:
    for update in moment.trip_updates():
        if moment.gtfs.runs_by_headway(update.trip.trip_id) and not update.vehicle.id:
            yield update.trip.trip_id


def w006(moment: Moment) -> Found:
    yield from ("no trip_id" for trip in moment.trips() if not trip.trip_id)


def w007(moment: Moment) -> Found:
    for was, is_now in _pairs_before(moment):
        if is_now.header.timestamp - was.header.timestamp > 35:
            yield f"{was.header.timestamp} then {is_now.header.timestamp}"


def w008(moment: Moment) -> Found:
    yield from (f"{f.header.timestamp}" for f in moment.feeds if moment.at - f.header.timestamp > 65)


def w009(moment: Moment) -> Found:
    yield from (t.trip_id for t in moment.trips() if not t.HasField("schedule_relationship"))
    yield from (u.trip.trip_id for u, c in moment.calls() if not c.HasField("schedule_relationship"))


RULES: dict[str, Callable[[Moment], Found]] = {
    name.upper(): rule for name, rule in list(globals().items()) if re.fullmatch(r"[ew]0\d\d", name)
}
"""Every rule by its number."""


def check(moment: Moment) -> dict[str, list[str]]:
    """The rules that a moment's feeds break, each with what was found."""
    found = {number: list(rule(moment)) for number, rule in RULES.items()}
    return {number: each for number, each in found.items() if each}
