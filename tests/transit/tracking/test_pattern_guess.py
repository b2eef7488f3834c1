"""Trips that the timetable lacks: which of a railway's patterns they are taken to follow."""

from datetime import UTC, datetime

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.headers import FeedHeaders
from schemas.line_forecasts import RunForecast
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.tracking.line_tracker import LineTracker, get_line_tables
from transit.tracking.pattern_guess import USUAL_S, PatternGuess
from transit.tracking.pattern_places import Sighting
from transit.tracking.vehicle_text import Descriptor

STOPS = "abcdef"
EXPRESS, LOCAL, SHORT, SUNDAY = "acef", "abcdef", "abcd", "adef"
TRIPS = {
    EXPRESS: ("weekdays", [7 * 3600 + 600 * i for i in range(18)]),
    LOCAL: ("weekdays", [8 * 3600, *(22 * 3600 + 900 * i for i in range(8))]),
    SHORT: ("weekdays", [8 * 3600 + 1200 * i for i in range(3)]),
    SUNDAY: ("sundays", [7 * 3600 + 300 * i for i in range(40)]),
}
"""Of each way its days and starts (s of the day)."""

TUESDAY, SUNDAY_DATE, AFTER_THE_END = "20260303", "20260301", "20290306"
EIGHT = int(datetime(2026, 3, 3, 8, tzinfo=UTC).timestamp())


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


@pytest.fixture(scope="module")
def railway() -> Timetable:
    trips, times = (
        ["route_id,service_id,trip_id,direction_id"],
        ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"],
    )
    for way, (service, starts) in TRIPS.items():
        for start_s in starts:
            trips.append(f"m,{service},{way}-{start_s},0")
            for k, stop in enumerate(way):
                at = clock(start_s + 120 * STOPS.index(stop))
                times.append(f"{way}-{start_s},{at},{at},{stop},{k + 1}")
    tables = {
        "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "a,A,https://a.example,UTC"],
        "routes.txt": ["route_id,route_short_name,route_type", "m,M,1"],
        "stops.txt": [
            "stop_id,stop_name,stop_lat,stop_lon",
            *(f"{s},{s},40.0,{10 + 0.02 * k}" for k, s in enumerate(STOPS)),
        ],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "weekdays,1,1,1,1,1,1,0,20260101,20261231",
            "sundays,0,0,0,0,0,0,1,20260101,20261231",
        ],
        "trips.txt": trips,
        "stop_times.txt": times,
    }
    return compile_timetable({name: "\n".join(rows).encode() for name, rows in tables.items()}, name="rail", source="")


def way_of(railway: Timetable, pattern: int) -> str:
    first, end = railway.pattern_call_offset[pattern : pattern + 2]
    return "".join(railway.stop_id[stop] for stop in railway.call_stop[first:end].tolist())


def guess(railway: Timetable, stop: str, start_s: int, date: str = TUESDAY, plan: str = "", behind: str = "") -> str:
    """The way that a trip the timetable lacks is taken to follow."""
    tables = get_line_tables(railway, "m")
    planned, passed = (tuple(railway.stop_id.find(each) for each in stops) for stops in (plan, behind))
    seen = Sighting(0.0, 0.0, False, railway.stop_id.find(stop), EIGHT, planned=planned, behind=passed)
    trip = PatternGuess(railway, tables).find_trip(Descriptor("extra", date, clock(start_s), "m"), seen)
    return way_of(railway, int(tables.patterns["row"][tables.trips["pattern"][trip]]))


def test_a_trip_is_taken_to_follow_the_way_that_most_trips_run_now(railway: Timetable) -> None:
    assert guess(railway, "a", 8 * 3600) == EXPRESS
    assert guess(railway, "a", 22 * 3600) == LOCAL


def test_what_runs_on_other_days_counts_for_nothing(railway: Timetable) -> None:
    assert guess(railway, "a", 8 * 3600, SUNDAY_DATE) == SUNDAY


def test_a_timetable_that_has_run_out_counts_all_of_its_trips(railway: Timetable) -> None:
    assert guess(railway, "a", 8 * 3600, AFTER_THE_END) == SUNDAY
    assert guess(railway, "c", 8 * 3600, AFTER_THE_END) == EXPRESS


def test_the_way_has_the_stop_at_which_the_train_is_seen(railway: Timetable) -> None:
    assert guess(railway, "b", 8 * 3600 + 1200) == SHORT
    assert guess(railway, "b", 22 * 3600) == LOCAL


def test_of_ways_that_have_the_stop_one_with_the_stops_behind_the_train_is_likelier(railway: Timetable) -> None:
    assert guess(railway, "e", 8 * 3600, behind="ab") == LOCAL


def test_a_plan_counts_more_than_what_is_usual(railway: Timetable) -> None:
    assert guess(railway, "a", 9 * 3600, plan="abcdef") == LOCAL


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stop=st.sampled_from(STOPS), start_s=st.integers(6 * 3600, 24 * 3600))
def test_no_way_that_has_the_stop_is_run_by_more_trips_then(railway: Timetable, stop: str, start_s: int) -> None:
    def count(way: str) -> int:
        service, starts = TRIPS[way]
        return sum(abs(start - start_s) <= USUAL_S for start in starts) if service == "weekdays" else 0

    found = guess(railway, stop, start_s)
    assert stop in found
    assert count(found) == max(count(way) for way in TRIPS if stop in way)


def say(tracker: LineTracker, railway: Timetable, at: int, stop: str) -> RunForecast:
    message = FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT + at
    report = message.entity.add(id="v").vehicle
    report.trip.trip_id, report.trip.route_id, report.trip.start_date = "extra", "m", TUESDAY
    report.trip.start_time, report.vehicle.id = "08:00:00", "v"
    report.stop_id, report.current_status, report.timestamp = stop, 1, EIGHT + at
    outcome = tracker.apply(message.SerializeToString(), FeedHeaders(railway.hash, EIGHT + at, "feed", 1))
    (run,) = outcome.public.runs
    return run


def test_a_train_seen_where_its_way_has_no_stop_goes_over_to_one_that_has_it(railway: Timetable) -> None:
    tracker = LineTracker(railway, "m")
    assert way_of(railway, say(tracker, railway, 0, "a").pattern) == EXPRESS
    run = say(tracker, railway, 120, "b")
    assert (way_of(railway, run.pattern), run.state.name, run.next_position) == (SHORT, "AT_STOP", 1)
    assert run.next_position + run.call_count == len(SHORT), "nothing is promised at stops that it leaves out"
    say(tracker, railway, 240, "c")
    again = say(LineTracker.restore(railway, "m", tracker.dump()), railway, 480, "e")
    assert (way_of(railway, again.pattern), again.state.name, again.next_position) == (LOCAL, "AT_STOP", 4)
