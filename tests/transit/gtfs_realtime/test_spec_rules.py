"""The checks notice what they are there for."""

from collections.abc import Callable
from zipfile import ZipFile

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from tests.transit.gtfs_realtime.moments import Gtfs, Moment
from tests.transit.gtfs_realtime.spec_rules import check

NOW = 1_771_246_800

TABLES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,https://a.example,UTC\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\n1,a,1,3\n2,a,2,3\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,location_type\n"
    "A,A,40.0,-75.0,0\nB,B,40.01,-75.0,0\nS,S,40.0,-75.0,1\n",
    "trips.txt": "route_id,service_id,trip_id,shape_id,direction_id\n1,d,t,s,0\n1,d,h,s,0\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t,08:00:00,08:00:00,A,1\nt,08:05:00,08:05:00,B,2\nh,00:00:00,00:00:00,A,1\nh,00:05:00,00:05:00,B,2\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\ns,40.0,-75.0,1\ns,40.01,-75.0,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nh,07:00:00,09:00:00,600,0\n",
}

Feeds = tuple[pb.FeedMessage, pb.FeedMessage, pb.FeedMessage]
Break = Callable[[Feeds], object]


@pytest.fixture(scope="module")
def gtfs(tmp_path_factory: pytest.TempPathFactory) -> Gtfs:
    place = tmp_path_factory.mktemp("gtfs") / "gtfs.zip"
    with ZipFile(place, "w") as archive:
        for name, text in TABLES.items():
            archive.writestr(name, text)
    return Gtfs(str(place))


def good_feeds() -> Feeds:
    header = pb.FeedHeader(gtfs_realtime_version="2.0", incrementality=pb.FeedHeader.FULL_DATASET, timestamp=NOW)
    updates, vehicles, alerts = (pb.FeedMessage(header=header) for _ in range(3))
    trip = pb.TripDescriptor(trip_id="t", route_id="1", start_date="20260216", schedule_relationship="SCHEDULED")
    update = updates.entity.add(id="t").trip_update
    update.trip.CopyFrom(trip)
    update.vehicle.id = "v"
    update.timestamp = NOW - 5
    for sequence, stop in ((1, "A"), (2, "B")):
        call = update.stop_time_update.add(stop_sequence=sequence, stop_id=stop, schedule_relationship="SCHEDULED")
        call.arrival.time = call.departure.time = NOW + 60 * sequence
    position = vehicles.entity.add(id="v").vehicle
    position.trip.CopyFrom(trip)
    position.vehicle.id = "v"
    position.timestamp = NOW - 5
    position.position.latitude, position.position.longitude = 40.005, -75.0
    alert = alerts.entity.add(id="a").alert
    alert.informed_entity.add(route_id="1")
    return updates, vehicles, alerts


def _update(feeds: Feeds) -> pb.TripUpdate:
    update: pb.TripUpdate = feeds[0].entity[0].trip_update
    return update


def _vehicle(feeds: Feeds) -> pb.VehiclePosition:
    position: pb.VehiclePosition = feeds[1].entity[0].vehicle
    return position


def test_good_feeds_break_none(gtfs: Gtfs) -> None:
    assert check(Moment(gtfs, NOW, *good_feeds())) == {}


BREAKS: dict[str, Break] = {
    "E001": lambda feeds: setattr(_update(feeds), "timestamp", (NOW - 5) * 1000),
    "E002": lambda feeds: _update(feeds).stop_time_update.reverse(),
    "E003": lambda feeds: setattr(_update(feeds).trip, "trip_id", "x"),
    "E004": lambda feeds: setattr(_update(feeds).trip, "route_id", "x"),
    "E006": lambda feeds: setattr(_update(feeds).trip, "trip_id", "h"),
    "E011": lambda feeds: setattr(_update(feeds).stop_time_update[0], "stop_id", "x"),
    "E012": lambda feeds: setattr(_vehicle(feeds), "timestamp", NOW + 1),
    "E013": lambda feeds: setattr(_update(feeds).trip, "trip_id", "h"),
    "E015": lambda feeds: setattr(_vehicle(feeds), "stop_id", "S"),
    "E016": lambda feeds: setattr(_update(feeds).trip, "schedule_relationship", pb.TripDescriptor.NEW),
    "E020": lambda feeds: setattr(_update(feeds).trip, "start_time", "8.00"),
    "E021": lambda feeds: setattr(_update(feeds).trip, "start_date", "2026-02-16"),
    "E022": lambda feeds: setattr(_update(feeds).stop_time_update[1].arrival, "time", NOW + 60),
    "E023": lambda feeds: setattr(_update(feeds).trip, "start_time", "09:00:00"),
    "E024": lambda feeds: setattr(_update(feeds).trip, "direction_id", 1),
    "E025": lambda feeds: setattr(_update(feeds).stop_time_update[0].departure, "time", NOW),
    "E026": lambda feeds: setattr(_vehicle(feeds).position, "latitude", 91.0),
    "E027": lambda feeds: setattr(_vehicle(feeds).position, "bearing", 361.0),
    "E028": lambda feeds: setattr(_vehicle(feeds).position, "latitude", 41.0),
    "E029": lambda feeds: setattr(_vehicle(feeds).position, "longitude", -75.003),
    "E032": lambda feeds: feeds[2].entity[0].alert.ClearField("informed_entity"),
    "E033": lambda feeds: feeds[2].entity[0].alert.informed_entity[0].ClearField("route_id"),
    "E035": lambda feeds: setattr(_update(feeds).trip, "route_id", "2"),
    "E038": lambda feeds: setattr(feeds[0].header, "gtfs_realtime_version", "2"),
    "E039": lambda feeds: setattr(feeds[0].entity[0], "is_deleted", False),
    "E041": lambda feeds: _update(feeds).ClearField("stop_time_update"),
    "E042": lambda feeds: setattr(_update(feeds).stop_time_update[0], "schedule_relationship", 2),
    "E043": lambda feeds: [_update(feeds).stop_time_update[0].ClearField(name) for name in ("arrival", "departure")],
    "E044": lambda feeds: _update(feeds).stop_time_update[0].arrival.ClearField("time"),
    "E045": lambda feeds: setattr(_update(feeds).stop_time_update[0], "stop_id", "B"),
    "E047": lambda feeds: setattr(_vehicle(feeds).vehicle, "id", "w"),
    "E048": lambda feeds: feeds[0].header.ClearField("timestamp"),
    "E049": lambda feeds: feeds[0].header.ClearField("incrementality"),
    "E050": lambda feeds: setattr(feeds[0].header, "timestamp", NOW + 100),
    "E051": lambda feeds: setattr(_update(feeds).stop_time_update[1], "stop_sequence", 9),
    "E052": lambda feeds: feeds[1].entity.add(id="w").vehicle.CopyFrom(_vehicle(feeds)),
    "W001": lambda feeds: _update(feeds).ClearField("timestamp"),
    "W002": lambda feeds: _update(feeds).ClearField("vehicle"),
    "W003": lambda feeds: feeds[1].ClearField("entity"),
    "W004": lambda feeds: setattr(_vehicle(feeds).position, "speed", 40.0),
    "W006": lambda feeds: _update(feeds).trip.ClearField("trip_id"),
    "W008": lambda feeds: setattr(feeds[0].header, "timestamp", NOW - 100),
    "W009": lambda feeds: _update(feeds).trip.ClearField("schedule_relationship"),
}


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_feed_is_noticed(gtfs: Gtfs, rule: str) -> None:
    feeds = good_feeds()
    BREAKS[rule](feeds)
    assert rule in check(Moment(gtfs, NOW, *feeds))
