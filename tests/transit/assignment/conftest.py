"""A city of three lines: two share a street, and a block goes on from the first to the third."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

TABLES = {
    "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "one,One,https://one.example,Europe/Paris"],
    "routes.txt": [
        "route_id,agency_id,route_short_name,route_type",
        "east,one,1,3",
        "both,one,2,3",
        "north,one,3,1",
    ],
    "stops.txt": [
        "stop_id,stop_name,stop_lat,stop_lon",
        "a,Alpha,48.85,2.30",
        "b,Beta,48.85,2.32",
        "c,Gamma,48.85,2.34",
        "d,Delta,48.87,2.34",
    ],
    "calendar.txt": [
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
        "daily,1,1,1,1,1,1,1,20260101,20261231",
    ],
    "trips.txt": [
        "route_id,service_id,trip_id,direction_id,block_id",
        "east,daily,e1,0,K",
        "east,daily,e2,0,",
        "both,daily,b1,0,",
        "north,daily,n1,0,K",
        "north,daily,late,0,",
    ],
    "stop_times.txt": [
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
        *("e1,08:00:00,08:00:00,a,1", "e1,08:20:00,08:20:00,c,2"),
        *("e2,10:00:00,10:00:00,a,1", "e2,10:20:00,10:20:00,c,2"),
        *("b1,08:00:00,08:00:00,b,1", "b1,08:10:00,08:10:00,c,2"),
        *("n1,09:10:00,09:10:00,c,1", "n1,09:30:00,09:30:00,d,2"),
        *("late,24:30:00,24:30:00,c,1", "late,24:50:00,24:50:00,d,2"),
    ],
}


@pytest.fixture(scope="session")
def city() -> Timetable:
    tables = {name: ("\n".join(rows) + "\n").encode() for name, rows in TABLES.items()}
    return compile_timetable(tables, name="city", source="a test")


@pytest.fixture(scope="session")
def at() -> Callable[..., int]:
    """A moment of the city's day, 16 March 2026 unless told, in POSIX seconds."""

    def moment(hour: int, minute: int = 0, day: int = 16) -> int:
        return int(datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris")).timestamp())

    return moment


@pytest.fixture(scope="session")
def feed() -> Callable[..., bytes]:
    """A packed feed with one vehicle for each keyword: its GTFS-realtime fields by name."""

    def make(header_at: int, **vehicles: dict[str, Any]) -> bytes:
        message = FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        message.header.timestamp = header_at
        for name, fields in vehicles.items():
            entity = message.entity.add(id=f"entity-{name}")
            entity.vehicle.vehicle.id = name
            entity.vehicle.timestamp = fields.get("timestamp", header_at)
            for key in ("trip_id", "route_id", "start_date"):
                if key in fields:
                    setattr(entity.vehicle.trip, key, fields[key])
            if "place" in fields:
                entity.vehicle.position.latitude, entity.vehicle.position.longitude = fields["place"]
            if "occupancy" in fields:
                entity.vehicle.occupancy_status = fields["occupancy"]
        content: bytes = message.SerializeToString()
        return content

    return make
