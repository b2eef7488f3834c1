from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from transit.assignment.block_outlook import Ahead, list_due
from transit.assignment.in_service import ServiceHours
from transit.assignment.place_index import METRES_PER_DEG, NEAR_M, PlaceIndex
from transit.assignment.service_days import find_trip_day, service_date_at
from transit.timetable.compiled import Timetable

At = Callable[..., int]


@settings(max_examples=200, deadline=None)
@given(along=st.floats(0, 1), aside_m=st.floats(-3 * NEAR_M, 3 * NEAR_M))
def test_a_place_is_on_a_line_exactly_within_reach_of_its_way(city: Timetable, along: float, aside_m: float) -> None:
    index = PlaceIndex(city)
    latitude = 48.85 + aside_m / METRES_PER_DEG
    found = {city.group_id[group] for group in index.find_groups(latitude, 2.30 + along * 0.04)}
    if abs(abs(aside_m) - NEAR_M) > 0.5:
        assert ("east" in found) == (abs(aside_m) < NEAR_M)


def test_far_away_there_is_no_line(city: Timetable) -> None:
    index = PlaceIndex(city)
    assert index.find_groups(48.90, 2.30) == frozenset()
    assert index.is_in_area(48.90, 2.30)
    assert not index.is_in_area(50.0, 2.30)


def test_a_line_is_in_service_from_just_before_its_first_run_until_late_ones_are_in(city: Timetable, at: At) -> None:
    hours = ServiceHours(city)
    times = {
        "east": [(7, 44, False), (7, 46, True), (11, 19, True), (11, 21, False)],
        "both": [(9, 9, True), (9, 12, False)],
    }
    for line, moments in times.items():
        for hour, minute, expected in moments:
            groups = [city.group_id[group] for group in hours.list_groups(at(hour, minute))]
            assert (line in groups) is expected, (line, hour, minute)


def test_a_vehicle_is_due_within_the_hour_before_its_next_line_and_no_longer_hours_after() -> None:
    ahead = (Ahead(10_000, 11_000, 4), Ahead(30_000, 31_000, 5))
    assert list_due(ahead, 6_399) == ()
    assert list_due(ahead, 6_400) == (4,)
    assert list_due(ahead, 13_601) == ()
    assert list_due(ahead, 26_400) == (5,)


def test_a_trip_past_midnight_belongs_to_yesterday(city: Timetable, at: At) -> None:
    late = city.trip_id.find("late")
    assert find_trip_day(city, late, at(0, 40)) == date(2026, 3, 15).toordinal()
    assert find_trip_day(city, late, at(23, 50)) == date(2026, 3, 16).toordinal()


def test_today_turns_at_three_in_the_morning(at: At) -> None:
    assert service_date_at("Europe/Paris", at(2, 59)) == 20260315
    assert service_date_at("Europe/Paris", at(3, 1)) == 20260316
