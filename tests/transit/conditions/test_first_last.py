"""A line with short turns past midnight: A-B-C-D, and some runs that end at C; the last of all ends at C."""

import pytest

from transit.answers.aimed_calls import ServiceDay, Span, list_aimed_calls
from transit.answers.calls_here import list_calls_here
from transit.answers.run_ids import RunKey
from transit.conditions.first_last import Destination, FirstLast, is_last, list_first_last
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_of, service_day_start_s
from transit.timetable.services_on import services_on

DATE = 20260216


def _feed() -> dict[str, bytes]:
    stop_times = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    trips = ["route_id,service_id,trip_id,trip_headsign,direction_id"]
    for trip, hour, minute, stops in (
        ("early-short", 5, 0, "ABC"),
        ("first-through", 6, 0, "ABCD"),
        ("short", 22, 0, "ABC"),
        ("last-through", 24, 20, "ABCD"),
        ("last-short", 24, 50, "ABC"),
    ):
        trips.append(f"L,daily,{trip},{'Docks' if 'D' in stops else 'Church'},0")
        for position, stop in enumerate(stops):
            at = f"{hour:02d}:{minute + position:02d}:00"
            stop_times.append(f"{trip},{at},{at},{stop},{position + 1}")
    return {
        "agency.txt": b"agency_id,agency_name,agency_url,agency_timezone\nT,T,http://t.example,America/New_York\n",
        "stops.txt": b"stop_id,stop_name,stop_lat,stop_lon\n"
        b"A,A,40.00,-75\nB,B,40.01,-75\nC,C,40.02,-75\nD,D,40.03,-75\n",
        "routes.txt": b"route_id,agency_id,route_short_name,route_type\nL,T,L,3\n",
        "trips.txt": "\n".join(trips).encode(),
        "stop_times.txt": "\n".join(stop_times).encode(),
        "calendar.txt": b"service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        b"daily,1,1,1,1,1,1,1,20260101,20261231\n",
    }


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return compile_timetable(_feed(), name="town", source="test")


def _ends(timetable: Timetable, stop: str) -> dict[Destination, FirstLast]:
    number = service_day_of(DATE)
    starts_at = service_day_start_s(timetable.timezone, number)
    day = ServiceDay(number, starts_at, services_on(timetable, number))
    calls = list_calls_here(timetable, (timetable.stop_id.find(stop),))
    aimed = list_aimed_calls(timetable, calls, day, Span(starts_at, starts_at + 3 * 86_400))
    return list_first_last(timetable, [here for of in calls.values() for here in of], aimed)


def _trips(ends: FirstLast) -> tuple[str, str]:
    assert ends.first.key is not None
    assert ends.last.key is not None
    return ends.first.key.trip_id, ends.last.key.trip_id


def test_the_last_to_the_end_of_the_line_is_not_the_last_of_the_line(timetable: Timetable) -> None:
    ends = _ends(timetable, "B")
    assert _trips(ends[Destination("L", 0, "D")]) == ("first-through", "last-through")
    assert _trips(ends[Destination("L", 0, "C")]) == ("early-short", "last-short")
    assert ends[Destination("L", 0, "C")].headsign == "Church"


def test_half_past_midnight_belongs_to_the_day_before(timetable: Timetable) -> None:
    last = _ends(timetable, "A")[Destination("L", 0, "D")].last
    assert last.key == RunKey("last-through", DATE)
    assert last.at == service_day_start_s(timetable.timezone, service_day_of(DATE)) + 24 * 3600 + 20 * 60


def test_a_short_turn_is_the_last_only_where_no_through_run_follows(timetable: Timetable) -> None:
    ends = _ends(timetable, "B")
    lasts = {
        trip
        for trip in ("early-short", "first-through", "short", "last-through", "last-short")
        for ended in ends.values()
        for here in (ended.first.here, ended.last.here)
        if timetable.trip_pattern[timetable.trip_id.find(trip)] == here.pattern
        and is_last(ends, timetable, here, RunKey(trip, DATE))
    }
    assert lasts == {"last-through", "last-short"}


def test_where_nobody_can_board_the_day_has_no_ends(timetable: Timetable) -> None:
    assert _ends(timetable, "D") == {}


def test_where_a_line_runs_by_headway_its_last_run_is_the_one_that_no_other_follows() -> None:
    """Every 10 minutes from 23:00 to half past midnight: the run of 24:20 is the last, here and a minute on."""
    feed = {
        **_feed(),
        "frequencies.txt": b"trip_id,start_time,end_time,headway_secs\nlast-through,23:00:00,24:30:00,600\n",
    }
    feed["trips.txt"] = b"route_id,service_id,trip_id,trip_headsign,direction_id\nL,daily,last-through,Docks,0\n"
    rows = feed["stop_times.txt"].decode().splitlines()
    feed["stop_times.txt"] = "\n".join(row for row in rows if row.startswith(("trip_id", "last-through"))).encode()
    timetable = compile_timetable(feed, name="town", source="test")
    for stop in "AB":
        ends = _ends(timetable, stop)
        here = ends[Destination("L", 0, "D")].last.here
        starts = {minutes: RunKey("last-through", DATE, minutes * 60) for minutes in (1439, 1450, 1459, 1460, 1469)}
        assert [is_last(ends, timetable, here, key) for key in starts.values()] == [False, False, False, True, True]
        assert not is_last(ends, timetable, here, RunKey("last-through", DATE)), "nobody knows which run it is"
