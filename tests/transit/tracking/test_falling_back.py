"""Where no timepoint is marked, a bus that is early loses its earliness as fast as its line's buses usually do."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transit.tracking.falling_back import falls_back_s, learn_falling_back
from transit.tracking.line_tables import CALL, PATTERN, SCHEDULED, TRIP
from transit.tracking.state import HOP, LINE, PASSING, VEHICLE

HOP_S = 60
CALLS = 4


def street(*, marked: bool = False) -> tuple[Any, ...]:
    """The way of a trip with three hops of a minute and 400 m, its line having learned nothing."""
    calls, pattern, timings = np.zeros(CALLS, CALL), np.zeros(1, PATTERN), np.zeros(CALLS, SCHEDULED)
    calls["progress_m"] = 400.0 * np.arange(CALLS)
    calls["hop"] = np.arange(CALLS) - 1
    calls["opposite"] = -1
    calls["timepoint"] = marked
    pattern["call_count"] = CALLS
    timings["arrival_s"] = timings["departure_s"] = HOP_S * np.arange(CALLS)
    hops, passings, line = np.zeros(CALLS, HOP), np.zeros((CALLS, 1), PASSING), np.zeros(1, LINE)
    return calls, pattern[0], np.zeros(1, TRIP)[0], timings, hops, passings, line[0]


def bus(*, scheduled: int = 1) -> Any:
    vehicle = np.zeros(1, VEHICLE)
    vehicle["scheduled"], vehicle["service_start"] = scheduled, 1_000_000
    return vehicle[0]


def after(way: tuple[Any, ...], took: list[tuple[float, float]]) -> tuple[Any, ...]:
    """The way once so many buses drove its second hop, each so early (s) at its begin and so long (s) on it."""
    for early_s, took_s in took:
        learn_falling_back(bus(), way, 2, (1_000_000.0 + HOP_S - early_s, took_s))
    return way


def lost_s(way: tuple[Any, ...], early_s: float, *, scheduled: int = 1, reach: float = 1.0) -> float:
    """Seconds a bus so early is told to lose on its second hop; ``reach`` is 0 for a hop near by, 1 far ahead."""
    return falls_back_s(bus(scheduled=scheduled), way, 1, (1_000_000.0 + HOP_S - early_s, reach))


def test_early_buses_that_take_longer_than_usual_teach_that_the_next_one_will_too() -> None:
    way = after(street(), [(180.0, 120.0)] * 40)
    assert 20.0 < lost_s(way, 180.0) < 60.0


def test_where_early_buses_drive_as_others_do_nothing_is_lost() -> None:
    assert lost_s(after(street(), [(180.0, 55.0)] * 40), 180.0) < 2.0


def test_nothing_is_expected_of_a_line_that_nobody_was_seen_on() -> None:
    assert lost_s(street(), 300.0) == 0.0


def test_a_late_bus_waits_for_nothing() -> None:
    assert lost_s(after(street(), [(180.0, 120.0)] * 40), -30.0) == 0.0


def test_at_a_marked_timepoint_the_rule_for_timepoints_speaks_alone() -> None:
    assert lost_s(after(street(marked=True), [(180.0, 120.0)] * 40), 180.0) == 0.0


def test_a_trip_without_a_timetable_is_never_early() -> None:
    assert lost_s(after(street(), [(180.0, 120.0)] * 40), 180.0, scheduled=0) == 0.0


def test_what_a_few_slow_hops_may_owe_to_chance_is_told_far_ahead_alone() -> None:
    way = after(street(), [(120.0, 75.0)] * 3)
    assert lost_s(way, 180.0, reach=0.0) == 0.0
    assert lost_s(way, 180.0) > 1.0


def test_once_many_early_buses_have_waited_it_is_told_near_by_too() -> None:
    way = after(street(), [(180.0, 120.0)] * 40)
    assert 0.8 * lost_s(way, 180.0) < lost_s(way, 180.0, reach=0.0) < lost_s(way, 180.0)


@given(
    took=st.lists(st.tuples(st.floats(-300.0, 3000.0), st.floats(1.0, 5000.0)), max_size=60),
    early_s=st.floats(0.0, 3000.0),
    reach=st.floats(0.0, 1.0),
)
def test_nobody_loses_more_than_it_is_early_and_near_by_no_more_than_far_ahead_whatever_was_seen(
    took: list[tuple[float, float]], early_s: float, reach: float
) -> None:
    way = after(street(), took)
    assert 0.0 <= lost_s(way, early_s, reach=reach) <= lost_s(way, early_s) <= early_s
