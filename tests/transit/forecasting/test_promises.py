"""The band about a forecast: of the moment at which doors open, not of that at which reports show it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.forecasting.memory import BINS, ERRORS, MEMORY
from transit.forecasting.promises import (
    CENTRES_S,
    DUE_LATE_S,
    ON_TIME,
    RAIL_SEEN_LATE_S,
    SEEN_LATE_S,
    bin_of,
    is_nearest_middle,
    learn_spread,
    seen_late_s,
    spread_at,
)

NOTHING = np.zeros((2 * BINS, 2))


@pytest.mark.parametrize(("gap_s", "early_s"), [(0.0, SEEN_LATE_S), (30.0, SEEN_LATE_S), (120.0, 20.0)])
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


def far_ahead_after(*kept: tuple[int, int], is_rail: bool = False) -> tuple[float, float]:
    """The band 40 minutes ahead where promises of up to ten minutes were kept so: (level of their error, how many)."""
    errors, spread = np.zeros(2 * BINS, ERRORS), NOTHING.copy()
    for level, count in kept:
        errors["count"][:7, level] = count
    learn_spread(np.zeros(1, MEMORY), errors, (1_000_000, is_rail), spread)
    return spread_at(spread, 2400.0, waiting=False, late_s=(0.0, 0.0))


@pytest.mark.parametrize("is_rail", [False, True])
def test_who_kept_its_promises_nearly_is_believed_to_keep_those_it_has_not_shown_yet(is_rail: bool) -> None:
    early_s, late_s = far_ahead_after(is_rail=is_rail)
    exact = far_ahead_after((ON_TIME - 1, 20), (ON_TIME, 20), is_rail=is_rail)
    assert early_s < exact[0] < 0.0 < exact[1] < late_s


@pytest.mark.parametrize("is_rail", [False, True])
def test_a_line_that_comes_early_and_seldom_late_is_believed_to_do_so_far_ahead(is_rail: bool) -> None:
    early_s, late_s = far_ahead_after(is_rail=is_rail)
    told_late = far_ahead_after((ON_TIME - 7, 30), (ON_TIME, 10), is_rail=is_rail)
    assert told_late[0] < early_s
    assert told_late[1] < late_s
    told_early = far_ahead_after((ON_TIME - 1, 10), (ON_TIME + 7, 30), is_rail=is_rail)
    assert told_early[0] > early_s
    assert told_early[1] > late_s


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


@given(steps=st.lists(st.floats(1.0, 400.0), min_size=1, max_size=80))
def test_of_the_calls_of_a_bin_the_one_nearest_its_middle_is_remembered_as_its_promise(steps: list[float]) -> None:
    ahead = np.cumsum(steps)
    onward = [*ahead[1:], np.nan]
    chosen: dict[int, float] = {}
    for at, after in zip(ahead, onward, strict=True):
        if is_nearest_middle(at, after):
            chosen.setdefault(bin_of(at), at)
    for b in {bin_of(at) for at in ahead} - {BINS - 1}:
        nearest = min(abs(at - CENTRES_S[b]) for at in ahead if bin_of(at) == b)
        assert abs(chosen[b] - CENTRES_S[b]) == pytest.approx(nearest)
