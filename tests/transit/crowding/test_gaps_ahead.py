"""Gaps ahead: for how long riders will have gathered when a vehicle comes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import NO_TIME, TIME_COLUMNS
from transit.crowding.gaps_ahead import gap_ahead, order_runs
from transit.crowding.learn_loads import HEADWAY_LEAST, HEADWAY_MOST
from transit.crowding.memory import HOP_LOAD, RUN_AHEAD
from transit.tracking.standing import EN_ROUTE, FINISHED, NOT_DEPARTED, STANDING
from transit.tracking.state import NEVER, NONE, Rows

NOW = 1_700_000_000
USUAL_S = 600.0


def hop(*, left_s_ago: int | None = None, usual_s: float = USUAL_S) -> Rows:
    found: Rows = np.zeros(1, HOP_LOAD)
    found["left_at"] = NEVER if left_s_ago is None else NOW - left_s_ago
    found["headway_s"] = usual_s
    return found


@given(passed_s=st.integers(-3600, 3600), ahead_s=st.floats(0, 3600))
def test_a_gap_lies_between_the_foretold_and_the_usual_one(passed_s: int, ahead_s: float) -> None:
    told = gap_ahead(hop()[0], NOW + passed_s, NOW + ahead_s, ahead_s)
    foretold = min(max(ahead_s - passed_s, HEADWAY_LEAST * USUAL_S), HEADWAY_MOST * USUAL_S)
    assert min(foretold, USUAL_S) - 1e-6 <= told <= max(foretold, USUAL_S) + 1e-6


def test_the_further_ahead_the_nearer_to_the_usual_gap() -> None:
    told = [gap_ahead(hop()[0], NOW + ahead_s - 100, NOW + ahead_s, ahead_s) for ahead_s in (0.0, 600.0, 3000.0)]
    assert 100 < told[0] < told[1] < told[2] < USUAL_S


def test_where_the_one_before_has_passed_the_gap_counts_from_then() -> None:
    assert gap_ahead(hop(left_s_ago=900)[0], 0.0, NOW, 0.0) > gap_ahead(hop(left_s_ago=300)[0], 0.0, NOW, 0.0)


def test_where_nobody_is_known_to_come_before_or_when_one_comes_the_gap_is_the_usual_one() -> None:
    assert gap_ahead(hop()[0], 0.0, NOW, 0.0) == USUAL_S
    assert gap_ahead(hop(left_s_ago=60)[0], 0.0, 0.0, 0.0) == USUAL_S


def test_where_vehicles_were_never_seen_one_after_another_no_gap_is_known() -> None:
    assert np.isnan(gap_ahead(hop(left_s_ago=60, usual_s=0.0)[0], 0.0, NOW, 0.0))


@given(data=st.data(), count=st.integers(0, 12))
def test_runs_come_in_the_order_of_their_way_whatever_order_they_stand_in(data: st.DataObject, count: int) -> None:
    standing: Rows = np.zeros(max(count, 1), STANDING)
    standing["after"] = NONE
    standing["state"][:count] = data.draw(
        st.lists(st.sampled_from([EN_ROUTE, NOT_DEPARTED, FINISHED]), min_size=count, max_size=count)
    )
    standing["next_position"][:count] = data.draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    standing["call_count"][:count] = data.draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    times = np.full((int(standing["call_count"].sum()) + 1, TIME_COLUMNS), NO_TIME, np.int16)
    firsts = np.cumsum(standing["call_count"]) - standing["call_count"]
    times[:, 4] = data.draw(st.lists(st.integers(0, 3600), min_size=len(times), max_size=len(times)))
    order: Rows = np.zeros(max(count, 1), RUN_AHEAD)
    found = order_runs(standing, count, times, order)
    rows = order["row"][:found].tolist()
    told = (standing["call_count"][:count] > 0) & (standing["state"][:count] != FINISHED)
    assert sorted(rows) == np.flatnonzero(told).tolist()
    assert order["first"][:found].tolist() == firsts[rows].tolist()
    keys = [
        (
            bool(standing["state"][row] == NOT_DEPARTED),
            0 if standing["state"][row] == NOT_DEPARTED else -int(standing["next_position"][row]),
            int(times[firsts[row], 4]),
        )
        for row in rows
    ]
    assert keys == sorted(keys)
    assert pytest.approx(order["key"][:found]) == np.sort(order["key"][:found])
