"""Which service day a run is of: frequencies past midnight, blocks of several services, runs of no timetable."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from google.transit.gtfs_realtime_pb2 import TripDescriptor, TripUpdate

from transit.assignment.service_days import find_trip_day
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date
from transit.tracking.added_runs import read_added
from transit.tracking.due_runs import find_due_run
from transit.tracking.line_tracker import get_line_tables
from transit.tracking.pattern_places import Sighting
from transit.tracking.run_finder import Run, RunFinder
from transit.tracking.state import NONE
from transit.tracking.vehicle_text import Descriptor

TABLES = {
    "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "one,One,https://one.example,Europe/Paris"],
    "routes.txt": ["route_id,agency_id,route_short_name,route_type", "east,one,1,3", "north,one,2,3", "often,one,3,3"],
    "stops.txt": ["stop_id,stop_name,stop_lat,stop_lon", "a,Alpha,48.85,2.30", "b,Beta,48.85,2.32"],
    "calendar.txt": [
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
        "week,1,1,1,1,1,0,0,20260101,20261231",
        "sat,0,0,0,0,0,1,0,20260101,20261231",
        "daily,1,1,1,1,1,1,1,20260101,20261231",
    ],
    "trips.txt": [
        "route_id,service_id,trip_id,direction_id,block_id",
        *("east,week,A,0,7", "north,sat,X,0,7", "north,week,B,0,7"),
        *("east,daily,night,0,", "east,daily,evening,0,", "often,daily,f,0,"),
    ],
    "stop_times.txt": [
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
        *("A,08:00:00,08:00:00,a,1", "A,08:20:00,08:20:00,b,2"),
        *("X,08:50:00,08:50:00,b,1", "X,09:05:00,09:05:00,a,2"),
        *("B,09:10:00,09:10:00,b,1", "B,09:30:00,09:30:00,a,2"),
        *("night,00:05:00,00:05:00,a,1", "night,00:25:00,00:25:00,b,2"),
        *("evening,23:50:00,23:50:00,a,1", "evening,24:10:00,24:10:00,b,2"),
        *("f,06:00:00,06:00:00,a,1", "f,06:20:00,06:20:00,b,2"),
    ],
    "frequencies.txt": [
        "trip_id,start_time,end_time,headway_secs,exact_times",
        *("f,06:00:00,16:00:00,600,0", "f,16:00:00,26:00:00,900,0"),
    ],
}


def moment(day: int, clock: str) -> int:
    at = datetime.fromisoformat(f"2026-03-{day}T{clock}").replace(tzinfo=ZoneInfo("Europe/Paris"))
    return int(at.timestamp())


@pytest.fixture(scope="module")
def city() -> Timetable:
    tables = {name: ("\n".join(rows) + "\n").encode() for name, rows in TABLES.items()}
    return compile_timetable(tables, name="city", source="a test")


def seen(at: int) -> Sighting:
    return Sighting(0.0, 0.0, has_position=True, stop=NONE, at=at)


def find(city: Timetable, group: str, named: Descriptor, at: int) -> Run:
    tables = get_line_tables(city, group)
    run = RunFinder(city, tables).find_run(named, seen(at))
    assert run is not None
    return run


@pytest.mark.parametrize(
    ("day", "clock", "date", "start"),
    [
        (16, "05:50", 20260316, "06:00:00"),
        (16, "12:05", 20260316, "12:00:00"),
        (16, "18:45", 20260316, "18:45:00"),
        (16, "20:05", 20260316, "20:00:00"),
        (16, "23:05", 20260316, "23:00:00"),
        (17, "00:35", 20260316, "24:30:00"),
        (17, "02:10", 20260316, "25:45:00"),
    ],
)
def test_a_trip_run_by_frequency_is_of_the_day_whose_frequency_is_under_way(
    city: Timetable, day: int, clock: str, date: int, start: str
) -> None:
    at = moment(day, clock)
    found = find_trip_day(city, city.trip_id.find("f"), at)
    assert found is not None
    assert service_date(found) == date
    run = find(city, "often", Descriptor("f"), at)
    hours, minutes, _ = start.split(":")
    assert (service_date(run.service_day), run.start_s) == (date, int(hours) * 3600 + int(minutes) * 60)


@pytest.mark.parametrize("date", ["", "20260316"])
def test_a_block_goes_on_with_a_trip_that_runs_on_its_day(city: Timetable, date: str) -> None:
    tables = get_line_tables(city, "north")
    named = Descriptor("A", date)
    due = find_due_run(city, tables, RunFinder(city, tables), (named, seen(moment(16, "08:10"))))
    assert due is not None
    assert due[0].trip_id == "B"


@pytest.mark.parametrize(
    ("clock", "day", "start_time"),
    [("23:55", 16, ""), ("00:05", 17, ""), ("02:50", 17, ""), ("23:55", 16, "23:50:00"), ("00:05", 17, "23:50:00")],
)
def test_a_run_that_the_timetable_lacks_keeps_its_service_day_over_midnight(
    city: Timetable, clock: str, day: int, start_time: str
) -> None:
    run = find(city, "east", Descriptor("extra", start_time=start_time), moment(day, clock))
    assert service_date(run.service_day) == 20260316


@pytest.mark.parametrize(("clock", "day"), [("23:55", 16), ("00:12", 17)])
def test_a_run_said_to_start_after_midnight_is_of_the_new_day_before_and_after(
    city: Timetable, clock: str, day: int
) -> None:
    run = find(city, "east", Descriptor("extra", start_time="00:10:00"), moment(day, clock))
    assert service_date(run.service_day) == 20260317


def test_a_start_at_midnight_is_a_start(city: Timetable) -> None:
    run = find(city, "east", Descriptor("extra", start_time="00:00:00"), moment(16, "23:55"))
    tables = get_line_tables(city, "east")
    assert city.trip_id[int(tables.trips["row"][run.trip])] == "night"


@pytest.mark.parametrize(("clock", "day"), [("23:55", 16), ("00:05", 17)])
def test_an_added_trip_of_no_start_date_keeps_its_service_day_over_midnight(
    city: Timetable, clock: str, day: int
) -> None:
    update = TripUpdate()
    update.trip.trip_id, update.trip.route_id = "extra", "east"
    update.trip.schedule_relationship = TripDescriptor.ADDED
    for stop in "ab":
        update.stop_time_update.add(stop_id=stop).arrival.time = moment(17, "00:20")
    added = read_added(update, city, get_line_tables(city, "east"), moment(day, clock))
    assert added is not None
    assert service_date(added.day) == 20260316
