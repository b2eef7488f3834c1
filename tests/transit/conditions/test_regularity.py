import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.conditions.regularity import describe_headways, expected_wait_s

HEADWAYS = st.lists(st.integers(1, 7_200), min_size=1, max_size=30)


@given(st.integers(1, 7_200), st.integers(1, 20))
def test_where_all_headways_are_equal_riders_wait_half_of_one(headway: int, count: int) -> None:
    assert expected_wait_s([headway] * count) == pytest.approx(headway / 2)


@given(HEADWAYS)
def test_irregular_headways_never_shorten_the_wait(headways: list[int]) -> None:
    wait = expected_wait_s(headways)
    assert wait is not None
    assert sum(headways) / len(headways) / 2 - 1e-6 <= wait <= max(headways) / 2 + 1e-6


@given(HEADWAYS)
def test_the_wait_is_what_a_rider_at_every_second_would_meet(headways: list[int]) -> None:
    total = sum(sum(range(headway)) + headway / 2 for headway in headways[:3])
    assert expected_wait_s(headways[:3]) == pytest.approx(total / sum(headways[:3]))


def test_a_vehicle_right_behind_another_is_bunched_and_what_follows_is_a_gap() -> None:
    told = describe_headways([60, 1_240, 600], planned_s=600)
    assert (told.bunched, told.gaps) == (1, 1)
    assert (told.min_s, told.max_s) == (60, 1_240)


def test_nothing_is_bunched_where_nothing_was_planned() -> None:
    told = describe_headways([10, 10_000], planned_s=None)
    assert (told.bunched, told.gaps) == (0, 0)
    assert describe_headways([], planned_s=600).expected_wait_s is None
