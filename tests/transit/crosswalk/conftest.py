"""A small city whose stops and lines partners call otherwise."""

import pytest

from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable

_DAYS = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
_TABLES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\none,One,https://one.example,Europe/Paris",
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\n"
    "r1,1,East and West,3\nr2,2,Ring,3\nr2n,2,Ring at night,3\nm4,M4,Metro Line 4,1",
    "stops.txt": "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "a,1001,Abbey Street,48.8500,2.3000,0,\n"
    "b,1002,Bridge Road,48.8500,2.3100,0,\n"
    "b2,1003,Bridge Road,48.8502,2.3102,0,\n"
    "c,1004,Church Square,48.8500,2.3200,0,\n"
    "s,,Central,48.8600,2.3300,1,\n"
    "s1,1101,Central,48.86002,2.33002,0,s\n"
    "s2,1102,Central,48.85998,2.32998,0,s\n"
    "d,1005,13th Street,48.8500,2.3400,0,\n"
    "e,1006,15th Street,48.8500,2.3410,0,",
    "calendar.txt": f"service_id,{_DAYS},start_date,end_date\ndaily,1,1,1,1,1,1,1,20260101,20261231",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,direction_id\n"
    "r1,daily,t1,,0\nr1,daily,t1b,,1\nr2,daily,t2,,0\nr2n,daily,t2n,,0\nm4,daily,t4,,0",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t1,08:00:00,08:00:00,a,1\nt1,08:05:00,08:05:00,b,2\nt1,08:10:00,08:10:00,c,3\n"
    "t1b,08:00:00,08:00:00,c,1\nt1b,08:10:00,08:10:00,a,2\n"
    "t2,08:00:00,08:00:00,b,1\nt2,08:10:00,08:10:00,d,2\n"
    "t2n,23:00:00,23:00:00,b,1\nt2n,23:10:00,23:10:00,e,2\n"
    "t4,08:00:00,08:00:00,s1,1\nt4,08:10:00,08:10:00,d,2",
    "translations.txt": "table_name,field_name,language,translation,record_id,record_sub_id,field_value\n"
    "stops,stop_name,zh,教堂广场,c,,\nroutes,route_long_name,zh,地铁4号线,m4,,",
}


@pytest.fixture(scope="session")
def town() -> Timetable:
    return compile_timetable({name: text.encode() for name, text in _TABLES.items()}, name="town", source="test")
