"""A line's demand hour by hour, out of a history."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.history.demand_by_hour import TURN_MOST, demand_by_hour
from transit.history.history import LOAD_ROW
from transit.tracking.past import DEMAND_HOURS

MONDAY, SUNDAY = 1, 2
Seen = tuple[int, int, float, float]
"""Hop, hour, who boards, headway (s)."""


def by_hour(seen: Sequence[Seen], *, kind: int = MONDAY, asked: int = MONDAY, count: float = 1e6) -> list[float]:
    """Demand by hour of days of the ``asked`` kind, learned from those of another."""
    rows = np.array([(kind, hour, count, 0.5, headway_s, boards) for _, hour, boards, headway_s in seen], LOAD_ROW)
    found: list[float] = demand_by_hour(rows, np.array([hop for hop, *_ in seen], np.int64), asked).tolist()
    return found


def test_an_hour_in_which_twice_as_many_board_is_twice_as_high_and_hours_unseen_are_as_the_one_before() -> None:
    found = by_hour([(0, 8, 0.1, 600), (0, 9, 0.2, 600)])
    assert found[9] / found[8] == pytest.approx(2.0, rel=1e-3)
    assert found[7] == found[0] == pytest.approx(found[8])
    assert found[31] == pytest.approx(found[9])
    assert (found[8] + found[9]) / 2 == pytest.approx(1.0)


def test_as_many_a_vehicle_where_they_come_twice_as_often_are_twice_as_many() -> None:
    found = by_hour([(0, 8, 0.1, 600), (0, 9, 0.1, 300)])
    assert found[9] / found[8] == pytest.approx(2.0, rel=1e-3)


def test_hours_are_compared_where_both_were_seen() -> None:
    found = by_hour([(0, 8, 0.1, 600), (0, 9, 0.1, 600), (1, 9, 0.5, 600)])
    assert found[9] == pytest.approx(found[8])


def test_a_turn_that_few_vehicles_showed_is_believed_in_part() -> None:
    seen = [(0, 8, 0.1, 600.0), (0, 9, 0.2, 600.0)]
    turns = [found[9] / found[8] for found in (by_hour(seen, count=count) for count in (1.0, 20.0, 400.0))]
    assert 1.0 < turns[0] < turns[1] < turns[2] < 2.0


def test_days_of_another_kind_speak_where_none_alike_was_seen_and_only_there() -> None:
    other = [(0, 8, 0.1, 600.0), (0, 9, 0.3, 600.0)]
    assert by_hour(other, kind=SUNDAY) == by_hour(other)
    rows = np.array(
        [(SUNDAY, 8, 9, 0.5, 600, 0.1), (SUNDAY, 9, 9, 0.5, 600, 0.3), (MONDAY, 8, 9, 0.5, 600, 0.1)], LOAD_ROW
    )
    assert (demand_by_hour(rows, np.zeros(3, np.int64), MONDAY) == 1.0).all()


def test_of_a_line_of_which_nothing_is_known_demand_is_as_usual_all_day() -> None:
    assert by_hour([]) == [1.0] * DEMAND_HOURS
    assert by_hour([(0, 8, float("nan"), 600.0), (0, 9, 0.2, 0.0)]) == [1.0] * DEMAND_HOURS


@given(
    seen=st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 33), st.floats(0, 1), st.floats(0, 7200)), max_size=30),
    times=st.floats(0.1, 3),
)
def test_demand_is_a_multiple_of_itself_and_never_turns_by_more_than_it_may(seen: list[Seen], times: float) -> None:
    found = by_hour(seen)
    assert all(level > 0.0 for level in found)
    turns = np.array(found[1:]) / np.array(found[:-1])
    assert ((turns <= TURN_MOST * 1.001) & (turns >= 0.999 / TURN_MOST)).all()
    more = by_hour([(hop, hour, times * boards, headway_s) for hop, hour, boards, headway_s in seen])
    assert more == pytest.approx(found, rel=1e-3)
