"""What a hop takes is what its last trains and the timetable agree on; one of them alone is not believed."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transit.forecasting.last_trains import WORTH, agreed_log
from transit.forecasting.train_hops import PRIOR_WEIGHT
from transit.tracking.hop_times import SPREAD_USUAL

TIMETABLE_S = 510.0
hop_s = st.floats(min_value=20.0, max_value=2000.0)
trains_s = st.lists(hop_s, max_size=len(WORTH))


def agreed_s(trains: list[float], timetable_s: float = TIMETABLE_S) -> float:
    """What trains, the last one first, and the timetable agree on, in seconds."""
    values = np.log(np.array([*trains, timetable_s]))
    weights = np.array([*WORTH[: len(trains)], PRIOR_WEIGHT])
    return math.exp(agreed_log(values, weights, len(values), SPREAD_USUAL))


@given(trains_s, hop_s)
def test_it_lies_between_the_fastest_and_the_slowest_of_them(trains: list[float], timetable_s: float) -> None:
    told_s = agreed_s(trains, timetable_s)
    assert min(*trains, timetable_s) * 0.999 <= told_s <= max(*trains, timetable_s) * 1.001 if trains else True
    assert trains or told_s == pytest.approx(timetable_s)


@given(st.floats(min_value=1.0, max_value=8.0))
def test_one_train_off_the_timetable_moves_it_less_than_half_of_the_way(times: float) -> None:
    for train_s in (TIMETABLE_S / times, TIMETABLE_S * times):
        moved, way = (abs(math.log(s / TIMETABLE_S)) for s in (agreed_s([train_s]), train_s))
        assert moved <= 0.5 * way + 1e-9


@given(st.floats(min_value=3.0, max_value=8.0), st.floats(min_value=1.05, max_value=1.3))
def test_the_further_off_one_train_was_the_less_it_says(far: float, further: float) -> None:
    assert agreed_s([TIMETABLE_S / far]) <= agreed_s([TIMETABLE_S / (far * further)]) * 1.001


def test_a_train_that_took_a_third_of_the_time_tells_the_next_little() -> None:
    assert 0.8 * TIMETABLE_S < agreed_s([180.0]) < TIMETABLE_S


@given(st.floats(min_value=0.2, max_value=5.0))
def test_two_trains_that_agree_are_believed_before_the_timetable(times: float) -> None:
    assume(abs(math.log(times)) > 0.1)
    train_s = times * TIMETABLE_S
    told_s = agreed_s([train_s, train_s])
    assert abs(math.log(told_s / train_s)) < abs(math.log(told_s / TIMETABLE_S))


@given(st.floats(min_value=0.8, max_value=1.25), st.floats(min_value=0.8, max_value=1.25))
def test_of_two_usual_trains_the_last_says_more_than_the_one_before_it(one: float, other: float) -> None:
    fast_s, slow_s = sorted((one * TIMETABLE_S, other * TIMETABLE_S))
    assert agreed_s([fast_s, slow_s]) <= agreed_s([slow_s, fast_s]) * (1.0 + 1e-6)


@given(trains_s, hop_s, st.floats(min_value=0.5, max_value=2.0))
def test_a_hop_twice_as_long_is_told_twice_as_long(trains: list[float], timetable_s: float, times: float) -> None:
    told_s = agreed_s(trains, timetable_s)
    assert agreed_s([times * s for s in trains], times * timetable_s) == pytest.approx(times * told_s, rel=1e-6)
