"""Habits of boarding: learned from loads, read by the hour."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.history.boarding import BoardingHabits
from transit.history.day_type import day_type
from transit.history.learn import learn_history
from transit.history.loads_seen import LoadSeen
from transit.history.time_of_day import TimeOfDay, time_of_day
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_day_start_s

DAY = date(2026, 3, 2).toordinal()
HOUR_S = 3600


def seen(town: Timetable, hour: int, load: float, *, before: float | None = 0.1, at: int = 0) -> LoadSeen:
    return LoadSeen("bus", "s0-0", "s400-0", day_type(town, DAY), hour, at, load, before, 600, 9)


def at(hours: float) -> int:
    return service_day_start_s("UTC", DAY) + round(hours * HOUR_S)


def test_an_hour_is_told_by_the_two_about_it_on_days_alike(town: Timetable) -> None:
    other_day = [seen(town, 8, 0.9, at=i)._replace(day_type=7) for i in range(5)]
    learned = [seen(town, 8, 0.3, at=i) for i in range(5)] + [seen(town, 9, 0.7, at=i) for i in range(5)]
    habits = BoardingHabits(learn_history([], [], [], 1, [*learned, *other_day]))
    boards = [
        found.boards
        for hours in (8.5, 9.0, 9.5, 14.0)
        if (found := habits.find("bus", "s0-0", "s400-0", time_of_day(town, at(hours)))) is not None
    ]
    assert boards[0] < boards[1] < boards[2]
    assert boards[1] == pytest.approx((boards[0] + boards[2]) / 2)
    assert boards[3] == pytest.approx(boards[1])


@given(loads=st.lists(st.tuples(st.floats(0, 1.5), st.floats(0, 1.5)), min_size=2, max_size=30))
def test_nobody_boards_below_nought_and_nobody_more_than_there_is_room_for(loads: list[tuple[float, float]]) -> None:
    rows = [LoadSeen("1", "a", "b", 1, 8, i, after, before, 600, 5) for i, (before, after) in enumerate(loads)]
    found = BoardingHabits(learn_history([], [], [], 1, rows)).find("1", "a", "b", TimeOfDay(1, 7.5))
    assert found is not None
    assert 0.0 <= found.boards <= max(after for _, after in loads) + 1e-6
    assert found.busiest >= found.boards


def test_a_stop_where_vehicles_came_once_tells_no_rate() -> None:
    rows = [LoadSeen("1", "a", "b", 1, 8, 0, 0.4, 0.2, None, 5)]
    assert BoardingHabits(learn_history([], [], [], 1, rows)).find("1", "a", "b", TimeOfDay(1, 7.5)) is None


def test_the_small_hours_belong_to_the_day_before(town: Timetable) -> None:
    assert time_of_day(town, at(24.5)).hours == pytest.approx(24.0)


def test_equal_loads_give_an_equal_hash_in_any_order(town: Timetable) -> None:
    rows = [seen(town, 8 + i % 2, 0.1 * i, at=i) for i in range(8)]
    assert learn_history([], [], [], 1, rows).hash == learn_history([], [], [], 1, rows[::-1]).hash
