"""Between two reports a bus goes on unseen: later calls are told no later for it, and it is not said to stand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import VerdictReason
from tests.transit.conftest import EIGHT
from transit.answers.countdown import shows_minutes
from transit.forecasting.between_reports import OVERDUE_MAX_S, still_ahead_s

AHEAD_S = st.floats(-3000.0, 3000.0)
UNSEEN_S = st.floats(0.0, 600.0)
SEEN_LAST = 240
BETWEEN_M = 100.0


@pytest.fixture
def seldom(bus: Any) -> Any:
    """A bus that reports every two minutes and passes two stops in between; its last report is of SEEN_LAST."""
    for at in range(0, SEEN_LAST + 1, 120):
        bus.go(at, BETWEEN_M + 800.0 * at / 120.0)
    return bus


def look_again(bus: Any, at: int) -> None:
    """A poll that brings the last report once more."""
    bus.go(at, BETWEEN_M + 800.0 * SEEN_LAST / 120.0, time=SEEN_LAST)


@given(ahead_s=AHEAD_S, later_s=st.floats(0.0, 600.0), unseen_s=UNSEEN_S)
def test_calls_keep_their_order_where_the_last_report_lets_all_be_ahead(
    ahead_s: float, later_s: float, unseen_s: float
) -> None:
    told_s = still_ahead_s(max(ahead_s, 0.0), unseen_s)
    assert told_s <= still_ahead_s(max(ahead_s, 0.0) + later_s, unseen_s) + 1e-6


@given(ahead_s=AHEAD_S, unseen_s=UNSEEN_S)
def test_who_waits_is_never_told_a_time_that_is_past_nor_one_before_what_is_foretold(
    ahead_s: float, unseen_s: float
) -> None:
    assert still_ahead_s(ahead_s, unseen_s) >= max(ahead_s, 0.0)


@given(ahead_s=AHEAD_S, unseen_s=UNSEEN_S)
def test_what_is_far_ahead_or_was_just_reported_stays_as_foretold(ahead_s: float, unseen_s: float) -> None:
    assert still_ahead_s(600.0 + abs(ahead_s), min(unseen_s, 180.0)) == 600.0 + abs(ahead_s)
    assert still_ahead_s(abs(ahead_s), 0.0) == pytest.approx(abs(ahead_s), abs=0.7)


@given(unseen_s=UNSEEN_S)
def test_who_is_overdue_comes_the_later_the_longer_it_is_so_and_not_without_end(unseen_s: float) -> None:
    assert still_ahead_s(-400.0, unseen_s) >= 100.0
    assert still_ahead_s(-3000.0, unseen_s) == OVERDUE_MAX_S


def test_later_calls_are_told_no_later_because_nothing_was_heard_since_the_last_report(seldom: Any) -> None:
    told = seldom.times()
    for at in range(SEEN_LAST + 15, SEEN_LAST + 120, 15):
        look_again(seldom, at)
        now = seldom.times()
        far = [position for position in told if told[position][1] > SEEN_LAST + 170]
        assert far
        assert all(abs(now[position][1] - told[position][1]) <= 6 for position in far)


def test_a_bus_that_is_due_between_two_reports_is_not_said_to_be_held(seldom: Any) -> None:
    look_again(seldom, SEEN_LAST + 60)
    look_again(seldom, SEEN_LAST + 110)
    run, now = seldom.run(), float(EIGHT + SEEN_LAST + 110)
    assert run.verdict_reason is VerdictReason.NONE
    assert run.held_s > 0
    assert not shows_minutes(run, 0, now + 5.0, now)
    assert shows_minutes(run, 3, now + 130.0, now)


def test_a_report_that_shows_a_bus_short_of_the_stop_it_was_due_at_says_that_it_is_held(seldom: Any) -> None:
    look_again(seldom, SEEN_LAST + 60)
    look_again(seldom, SEEN_LAST + 110)
    seldom.go(SEEN_LAST + 120, BETWEEN_M + 800.0 * SEEN_LAST / 120.0 + 270.0)
    assert seldom.run().verdict_reason is VerdictReason.HELD
    assert not shows_minutes(seldom.run(), 3, EIGHT + SEEN_LAST + 500.0, EIGHT + SEEN_LAST + 120.0)
