"""The band about a forecast: of the moment at which doors open, not of that at which reports show it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.forecasting.memory import BINS, ERRORS, MEMORY
from transit.forecasting.promises import (
    DUE_LATE_S,
    RAIL_SEEN_LATE_S,
    SEEN_LATE_S,
    learn_spread,
    seen_late_s,
    spread_at,
)

NOTHING = np.zeros((2 * BINS, 2))


@pytest.mark.parametrize(("gap_s", "early_s"), [(0.0, SEEN_LATE_S), (30.0, SEEN_LATE_S), (120.0, 15.0)])
def test_p10_of_a_bus_lies_before_what_reports_show_by_more_where_they_are_far_apart(
    gap_s: float, early_s: float
) -> None:
    late_s = seen_late_s(gap_s, is_rail=False)
    assert spread_at(NOTHING, 60.0, waiting=False, late_s=late_s) == (-early_s, 0.0)


def test_a_train_is_seen_as_late_however_far_apart_its_reports_are() -> None:
    assert seen_late_s(8.0, is_rail=True) == seen_late_s(120.0, is_rail=True) == (RAIL_SEEN_LATE_S, RAIL_SEEN_LATE_S)


def test_p90_lies_before_what_reports_show_too() -> None:
    spread = NOTHING + np.array((0.0, 0.5))
    late_s = seen_late_s(30.0, is_rail=False)
    assert spread_at(spread, 60.0, waiting=False, late_s=late_s)[1] == pytest.approx(45.0 - DUE_LATE_S)


@given(
    ahead_s=st.floats(0.0, 7200.0),
    gap_s=st.floats(0.0, 600.0),
    waiting=st.booleans(),
    is_rail=st.booleans(),
    seen=st.lists(st.tuples(st.integers(0, 2 * BINS - 1), st.integers(0, 23), st.integers(1, 500)), max_size=30),
)
def test_whatever_was_learned_p50_lies_within_the_band(
    ahead_s: float, gap_s: float, waiting: bool, is_rail: bool, seen: list[tuple[int, int, int]]
) -> None:
    errors, spread = np.zeros(2 * BINS, ERRORS), NOTHING.copy()
    for b, level, count in seen:
        errors[b]["count"][level] = count
    learn_spread(np.zeros(1, MEMORY), errors, (1_000_000, is_rail), spread)
    early_s, late_s = spread_at(spread, ahead_s, waiting, seen_late_s(gap_s, is_rail))
    assert early_s <= 0.0 <= late_s
