"""A run's times with its agency's mixed in: in order, within their bands, and as the weight says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import NO_TIME
from transit.agency.fused_times import SaidTimes, fuse_times
from transit.agency.measured_accuracy import Trust, list_trusts, new_measured
from transit.forecasting.memory import BINS

NOW = 1_764_093_600
BELIEVED = [Trust(1.0, 1.0, 1.0)] * BINS
HALF = [Trust(0.5, 1.0, 1.0)] * BINS


def row(arrival: int, departure: int) -> list[int]:
    return [arrival - 20, arrival, arrival + 30, departure - 20, departure, departure + 30]


def test_an_agency_that_is_believed_is_told_to_the_second_and_the_calls_behind_move_along() -> None:
    told = fuse_times([*row(100, 110), *row(200, 210), *row(300, 310)], 4, {4: SaidTimes(NOW + 160, 0)}, NOW, BELIEVED)
    assert [told.times[order * 6 + 1] for order in range(3)] == [160, 260, 360]
    assert (told.shift_s, told.compared[0].told) == (60, (140, 160, 190))


def test_calls_whose_own_times_fall_are_not_held_up_by_those_before() -> None:
    told = fuse_times([*row(2400, 2410), *row(800, 810)], 0, {1: SaidTimes(NOW + 790, 0)}, NOW, BELIEVED)
    assert (told.times[1], told.times[7]) == (2400, 790)


def test_halfway_is_told_where_both_are_as_right() -> None:
    told = fuse_times(row(100, 110), 0, {0: SaidTimes(NOW + 160, NOW + 180)}, NOW, HALF)
    assert (told.times[1], told.times[4]) == (130, 145)


def test_a_first_stop_without_an_arrival_is_compared_by_its_departure() -> None:
    told = fuse_times([NO_TIME] * 3 + [80, 100, 130], 0, {0: SaidTimes(0, NOW + 120)}, NOW, BELIEVED)
    assert told.times == [NO_TIME] * 3 + [100, 120, 150]
    assert [each.agency_s for each in told.compared] == [120]


def test_a_time_of_another_day_is_not_believed() -> None:
    times = row(100, 110)
    assert fuse_times(times, 0, {0: SaidTimes(NOW + 86_400, 0)}, NOW, BELIEVED) == (times, (), 0)


@pytest.mark.parametrize(("ago_s", "told_s"), [(0, 0), (60, 0), (61, 100), (600, 100)])
def test_a_time_that_is_past_by_more_than_a_minute_says_nothing_of_a_call_ahead(ago_s: int, told_s: int) -> None:
    told = fuse_times(row(100, 110), 0, {0: SaidTimes(NOW - ago_s, 0)}, NOW, BELIEVED)
    assert told.times[1] == told_s
    assert bool(told.compared) is (told_s == 0)


@given(
    st.lists(st.integers(0, 600), min_size=1, max_size=12),
    st.dictionaries(st.integers(0, 11), st.integers(-600, 4000)),
    st.floats(0, 1),
    st.floats(0.4, 4),
)
def test_times_never_fall_from_call_to_call_and_bands_hold_their_middle(
    hops: list[int], said: dict[int, int], weight: float, width: float
) -> None:
    at, times = 0, []
    for hop_s in hops:
        at += hop_s
        times += row(at, at)
    spoken = {position: SaidTimes(NOW + each, 0) for position, each in said.items()}
    told = fuse_times(times, 0, spoken, NOW, [Trust(weight, width, width)] * BINS).times
    middles = [told[base + column] for base in range(0, len(told), 6) for column in (1, 4)]
    assert middles == sorted(middles)
    assert all(told[n - 1] <= told[n] <= told[n + 1] for n in range(1, len(told), 3))


def test_an_agency_that_was_never_checked_has_a_sixth_of_the_say() -> None:
    assert [round(trust.weight, 2) for trust in list_trusts(new_measured())] == [0.17] * BINS
