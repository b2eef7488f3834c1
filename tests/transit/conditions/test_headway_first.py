from hypothesis import given
from hypothesis import strategies as st

from transit.conditions.headway_first import answer_by_headway


def test_a_line_that_comes_often_is_told_by_its_headway_and_its_next_vehicle() -> None:
    told = answer_by_headway([1_180.0, 1_420.0, 1_780.0], planned_s=300, now=1_000, next_at=1_180)
    assert told == (240, 360, 180)


def test_a_line_planned_every_quarter_of_an_hour_is_told_by_its_times() -> None:
    assert answer_by_headway([1_180.0, 1_420.0], planned_s=900, now=1_000, next_at=1_180) is None


def test_with_one_vehicle_in_sight_the_plan_speaks() -> None:
    assert answer_by_headway([1_100.0], planned_s=300, now=1_000, next_at=1_100) == (300, 300, 100)


def test_without_any_vehicle_nothing_is_promised() -> None:
    assert answer_by_headway([], planned_s=300, now=1_000, next_at=None) is None


def test_where_no_vehicle_shows_minutes_nothing_is_counted_down() -> None:
    assert answer_by_headway([1_005.0, 1_300.0], planned_s=300, now=1_000, next_at=None) is None
    assert answer_by_headway([1_005.0, 1_300.0], planned_s=300, now=1_000, next_at=1_300) == (295, 295, 300)


@given(st.lists(st.floats(0, 7_200), min_size=2, max_size=20).map(sorted), st.floats(1, 600))
def test_the_range_holds_every_headway_of_the_next_few(moments: list[float], planned: float) -> None:
    told = answer_by_headway(moments, planned_s=planned, now=0, next_at=moments[0])
    assert told is not None
    assert 0 <= told.min_s <= round(moments[1] - moments[0]) <= told.max_s
