"""A small GTFS feed that tests change to make their point."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

Tables = dict[str, bytes]
MakeTables = Callable[..., Tables]
Compile = Callable[..., Timetable]

_WEEKDAYS = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"

# stops a, b, c, d one after another to the east, some 730 m apart
BASE: Mapping[str, Sequence[str]] = {
    "agency.txt": (
        "agency_id,agency_name,agency_url,agency_timezone",
        "one,One,https://one.example,Europe/Paris",
    ),
    "routes.txt": (
        "route_id,agency_id,route_short_name,route_long_name,route_type,route_color",
        "L1,one,1,East and West,3,00ff00",
    ),
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station",
        "a,Alpha,48.85,2.30,0,",
        "b,Beta,48.85,2.31,0,",
        "c,Gamma,48.85,2.32,0,",
        "d,Delta,48.85,2.33,0,",
    ),
    "calendar.txt": (
        f"service_id,{_WEEKDAYS},start_date,end_date",
        "daily,1,1,1,1,1,1,1,20260101,20261231",
    ),
    "trips.txt": (
        "route_id,service_id,trip_id,trip_headsign,direction_id,block_id,shape_id",
        "L1,daily,t1,Delta,0,,",
        "L1,daily,t2,Alpha,1,,",
    ),
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
        "t1,08:00:00,08:00:30,a,1",
        "t1,08:02:00,08:02:30,b,2",
        "t1,08:04:00,08:04:30,c,3",
        "t1,08:06:00,08:06:00,d,4",
        "t2,09:00:00,09:00:00,d,1",
        "t2,09:03:00,09:03:30,b,2",
        "t2,09:06:00,09:06:00,a,3",
    ),
}


@pytest.fixture(scope="session")
def make_tables() -> MakeTables:
    """The base feed's files as bytes; keywords replace or add tables (``stop_times=[...]``), ``None`` takes one out."""

    def make(**changes: Sequence[str] | None) -> Tables:
        tables = {**BASE, **{f"{name}.txt": rows for name, rows in changes.items()}}
        return {name: ("\n".join(rows) + "\n").encode() for name, rows in tables.items() if rows is not None}

    return make


@pytest.fixture(scope="session")
def make_timetable(make_tables: MakeTables) -> Compile:
    """The base feed compiled, with tables changed as in ``make_tables``."""

    def make(**changes: Sequence[str] | None) -> Timetable:
        return compile_timetable(make_tables(**changes), name="test", source="test feed")

    return make


@pytest.fixture(scope="session")
def base() -> Mapping[str, Sequence[str]]:
    """The base feed's rows by file."""
    return BASE
