"""Trains that go by their trips alone, as their feed gives a trip another id."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transit.tracking.line_tracker import LineTracker
from transit.tracking.renamed_trains import APART_S, CALLS_ON

LEAVES = 28_800 + 300
"""When the planned train is to leave: five past eight, in seconds of the day."""


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def stop(call: int) -> str:
    return f"s{1000 * call}-20000"


def train(trip: str, start_s: int, call: int, **report: Any) -> dict[str, Any]:
    named = {"trip": trip, "vehicle": "", "route_id": "metro", "start_time": clock(start_s)}
    return {**named, "stop_id": stop(call), "current_status": 1, **report}


def announced(trip: str, start_s: int) -> dict[str, Any]:
    return train(trip, start_s, 0, current_status=None, time=start_s - 28_800)


def told(metro: Any) -> list[str]:
    return [run.trip_id for run in metro.outcome.public.runs]


def test_a_train_whose_id_is_changed_as_it_leaves_is_told_under_the_new_one_alone(metro: Any) -> None:
    metro.say(100, announced("planned", LEAVES))
    assert told(metro) == ["planned"]
    metro.say(300, train("running", LEAVES - 20, 1), gone=("planned",))
    assert told(metro) == ["running"]
    assert metro.run("running").state.name == "AT_STOP"
    assert list(metro.passed(trip="running")) == [1]


def test_what_it_passed_under_the_old_id_is_not_passed_again(metro: Any) -> None:
    metro.say(300, train("planned", LEAVES, 0))
    metro.say(390, train("planned", LEAVES, 1))
    metro.say(420, train("running", LEAVES + 60, 1), gone=("planned",))
    metro.say(480, train("running", LEAVES + 60, 2))
    assert metro.passed(trip="planned") == {1: 390}
    assert metro.passed(trip="running") == {2: 480}
    assert metro.passed("departure", "running") == {1: 450}


def test_of_two_trains_the_one_that_starts_nearest_in_time_was_renamed(metro: Any) -> None:
    metro.say(100, announced("first", LEAVES), announced("second", LEAVES + 120))
    metro.say(300, train("running", LEAVES + 110, 0), gone=("first", "second"))
    assert told(metro) == ["first", "running"]


def test_an_id_that_its_feed_goes_on_naming_is_another_train(metro: Any) -> None:
    metro.say(100, announced("planned", LEAVES))
    metro.say(300, train("running", LEAVES, 1))
    assert told(metro) == ["planned", "running"]


def test_while_one_of_the_feeds_addresses_is_not_known_no_id_is_gone(metro: Any) -> None:
    metro.say(100, announced("planned", LEAVES))
    metro.say(300, train("running", LEAVES, 1), gone=("planned",), partial=True)
    assert told(metro) == ["planned", "running"]


def test_a_train_with_an_id_of_its_own_is_never_another(metro: Any) -> None:
    metro.say(100, announced("planned", LEAVES))
    metro.say(300, train("running", LEAVES, 1, vehicle="v1"), gone=("planned",))
    assert told(metro) == ["planned", "running"]


def test_a_takeover_right_before_the_change_tells_the_same(metro: Any) -> None:
    metro.say(100, announced("planned", LEAVES))
    metro.tracker = LineTracker.restore(metro.timetable, metro.group, metro.tracker.dump())
    metro.say(300, train("running", LEAVES - 20, 1), gone=("planned",))
    assert told(metro) == ["running"]
    again = LineTracker.restore(metro.timetable, metro.group, metro.tracker.dump())
    assert again.dump() == metro.tracker.dump()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    apart_s=st.integers(-2 * APART_S, 2 * APART_S),
    was=st.integers(0, 4),
    on=st.integers(-2, 5),
)
def test_two_ids_are_one_train_where_starts_and_stops_are_near(drive: Any, apart_s: int, was: int, on: int) -> None:
    metro = drive("metro")
    call = min(max(was + on, 0), 5)
    metro.say(240, train("planned", LEAVES, was))
    metro.say(300, train("running", LEAVES + apart_s, call), gone=("planned",))
    is_one = abs(apart_s) <= APART_S and was <= call <= was + CALLS_ON
    assert ("planned" in told(metro)) is not is_one
    assert "running" in told(metro)
