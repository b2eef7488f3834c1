"""GTFS-realtime's errors as checks on feeds, by the numbers under which validators know them.

Written from the specification and the published list of rules. E010 is a rule of the timetable alone.
"""

import re
from collections import Counter
from itertools import pairwise
from math import cos, radians

from google.transit import gtfs_realtime_pb2 as pb

from tests.transit.gtfs_realtime.moments import (
    METRES_A_DEGREE,
    Call,
    Found,
    Moment,
    Trip,
    away_m,
    is_added,
    pairings_of,
    pairs_before,
    places_of,
    seconds_of,
    selectors_of,
    stamps_of,
    stop_ids_of,
    times_of,
)

_REGION_M = 1609.0
_SHAPE_M = 200.0
_START_TIME = re.compile(r"\d{1,2}:[0-5]\d:[0-5]\d")


def e001(moment: Moment) -> Found:
    times = [feed.header.timestamp for feed in moment.feeds] + list(stamps_of(moment))
    times += [at for _, call in moment.calls() for at in times_of(call)]
    yield from (f"{at} is no POSIX time" for at in times if not 10**9 < at < 4 * 10**9)


def e002(moment: Moment) -> Found:
    for update in moment.trip_updates():
        for one, other in pairwise(update.stop_time_update):
            if one.stop_sequence >= other.stop_sequence:
                yield f"{update.trip.trip_id}: {one.stop_sequence} before {other.stop_sequence}"


def e003(moment: Moment) -> Found:
    yield from (t.trip_id for t in moment.trips() if not is_added(t) and t.trip_id not in moment.gtfs.trips)


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


def e011(moment: Moment) -> Found:
    informed = [each.stop_id for alert in moment.all_alerts() for each in alert.informed_entity if each.stop_id]
    yield from (stop for stop in stop_ids_of(moment) + informed if stop not in moment.gtfs.stops)


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
    for stop in stop_ids_of(moment):
        if moment.gtfs.stops.get(stop, {}).get("location_type", "0") not in ("", "0", None):
            yield stop


def e016(moment: Moment) -> Found:
    yield from (trip.trip_id for trip in moment.trips() if is_added(trip) and trip.trip_id in moment.gtfs.trips)


def e017(moment: Moment) -> Found:
    for was, is_now in pairs_before(moment):
        if was.header.timestamp == is_now.header.timestamp and was != is_now:
            yield f"{was.header.timestamp}"


def e018(moment: Moment) -> Found:
    for was, is_now in pairs_before(moment):
        if is_now.header.timestamp < was.header.timestamp:
            yield f"{is_now.header.timestamp} after {was.header.timestamp}"


def e019(moment: Moment) -> Found:
    for trip in moment.trips():
        if not moment.gtfs.repeats_exactly(trip.trip_id) or not _START_TIME.fullmatch(trip.start_time):
            continue
        start_s = seconds_of(trip.start_time)
        rows = moment.gtfs.frequencies[trip.trip_id]
        if not any((start_s - seconds_of(row["start_time"])) % int(row["headway_secs"]) == 0 for row in rows):
            yield f"{trip.trip_id} {trip.start_time}"


def e020(moment: Moment) -> Found:
    yield from (t.start_time for t in moment.trips() if t.start_time and not _START_TIME.fullmatch(t.start_time))


def e021(moment: Moment) -> Found:
    yield from (t.start_date for t in moment.trips() if t.start_date and not re.fullmatch(r"20\d{6}", t.start_date))


def e022(moment: Moment) -> Found:
    for update in moment.trip_updates():
        times = [at for call in update.stop_time_update if (at := times_of(call))]
        for one, other in pairwise(times):
            if other[0] <= one[-1]:
                yield f"{update.trip.trip_id}: {one} then {other}"


def e023(moment: Moment) -> Found:
    for trip in moment.trips():
        calls = moment.gtfs.calls.get(trip.trip_id)
        if _START_TIME.fullmatch(trip.start_time) and calls and trip.trip_id not in moment.gtfs.frequencies:
            first = calls[min(calls)][1]
            if seconds_of(trip.start_time) != seconds_of(first):
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


def e026(moment: Moment) -> Found:
    yield from (p.vehicle.id for p, lat, lon in places_of(moment) if not (abs(lat) <= 90 and abs(lon) <= 180))


def e027(moment: Moment) -> Found:
    for position, _, _ in places_of(moment):
        if position.position.HasField("bearing") and not 0 <= position.position.bearing <= 360:
            yield position.vehicle.id


def e028(moment: Moment) -> Found:
    south, north, west, east = moment.gtfs.bounds
    for position, latitude, longitude in places_of(moment):
        margin = _REGION_M / METRES_A_DEGREE
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
    for position, latitude, longitude in places_of(moment):
        trip = moment.gtfs.trips.get(position.trip.trip_id, {})
        shape = moment.gtfs.shapes.get(trip.get("shape_id", ""))
        if shape and trip.get("trip_id") not in detoured and away_m(latitude, longitude, shape) > _SHAPE_M:
            yield f"{position.vehicle.id} {away_m(latitude, longitude, shape):.0f} m"


def e030(moment: Moment) -> Found:
    for each in selectors_of(moment):
        row = moment.gtfs.trips.get(each.trip.trip_id)
        if row and each.route_id and row["route_id"] != each.route_id:
            yield each.trip.trip_id


def e031(moment: Moment) -> Found:
    for each in selectors_of(moment):
        if each.route_id and each.trip.route_id and each.route_id != each.trip.route_id:
            yield each.route_id


def e032(moment: Moment) -> Found:
    yield from (entity.id for entity in moment.alerts.entity if not entity.alert.informed_entity)


def e033(moment: Moment) -> Found:
    yield from ("an empty selector" for each in selectors_of(moment) if not each.ListFields())


def e034(moment: Moment) -> Found:
    yield from (e.agency_id for e in selectors_of(moment) if e.agency_id and e.agency_id not in moment.gtfs.agencies)


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


def e047(moment: Moment) -> Found:
    told, seen = pairings_of(moment)
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
    stamps = [feed.header.timestamp for feed in moment.feeds] + list(stamps_of(moment))
    yield from (f"{at} after {moment.at}" for at in stamps if at > moment.at + 60)


def e051(moment: Moment) -> Found:
    for update, call in moment.calls():
        calls = moment.gtfs.calls.get(update.trip.trip_id)
        if calls and call.stop_sequence not in calls:
            yield f"{update.trip.trip_id} {call.stop_sequence}"


def e052(moment: Moment) -> Found:
    seen = Counter(position.vehicle.id for position in moment.positions())
    yield from (vehicle for vehicle, count in seen.items() if count > 1)
