"""Who gets off and on at a stop, as its vehicles show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.crowding.exchange import exchange_at, note_exchange
from transit.crowding.memory import HOP_LOAD
from transit.tracking.line_tables import CALL, PATTERN

CALLS = 6
Vehicles = list[tuple[float, float, float]]


def exchange(vehicles: Vehicles, *, position: int = 2) -> tuple[float, float]:
    """What is learned of a stop from vehicles: the load each came with, for how long riders came, the load it left."""
    calls, patterns, hop_loads = np.zeros(CALLS, CALL), np.zeros(1, PATTERN), np.zeros(CALLS - 1, HOP_LOAD)
    calls["hop"], patterns["call_count"] = np.arange(-1, CALLS - 1), CALLS
    way = (calls, patterns[0])
    for before, came, after in vehicles:
        note_exchange(hop_loads[position], before, came, after)
    return exchange_at(way, hop_loads, position)


loads = st.floats(0, 1.5)


@given(vehicles=st.lists(st.tuples(loads, st.floats(0.01, 12), loads), min_size=1, max_size=20))
def test_whatever_was_seen_no_more_stay_than_were_aboard_and_nobody_boards_below_nought(vehicles: Vehicles) -> None:
    stays, boards = exchange(vehicles)
    assert 0.0 <= stays <= 1.0
    assert boards >= 0.0


@given(
    stays=st.floats(0.4, 1.0),
    boards=st.floats(0.0, 0.5),
    seen=st.lists(st.tuples(st.floats(0.2, 1.0), st.floats(0.3, 3.0)), min_size=12, max_size=12, unique=True),
)
def test_what_vehicles_of_any_load_and_gap_have_in_common_is_found(
    stays: float, boards: float, seen: list[tuple[float, float]]
) -> None:
    vehicles = [(before, came, stays * before + boards * came) for before, came in seen]
    found = exchange(vehicles)
    for before, came, after in vehicles[-3:]:
        assert found[0] * before + found[1] * came == pytest.approx(after, abs=0.12)


def test_twice_the_riders_after_twice_the_time_are_no_change_of_a_stop() -> None:
    usual: Vehicles = [(0.4, 1.0, 0.5)] * 8
    assert exchange([*usual, (0.4, 2.0, 0.5 + 0.5 - 0.4 * exchange(usual)[0])]) == pytest.approx(
        exchange(usual), abs=1e-3
    )


def test_one_vehicle_is_told_apart_by_what_even_travel_lets_expect() -> None:
    stays, boards = exchange([(0.4, 1.0, 0.5)])
    assert stays == pytest.approx(1 - 1 / 3.5)
    assert stays * 0.4 + boards == pytest.approx(0.5)


def test_at_a_first_stop_all_aboard_have_boarded() -> None:
    assert exchange([(0.0, 2.0, 0.4)], position=0) == pytest.approx((0.0, 0.2))


def test_at_a_last_stop_all_get_off() -> None:
    calls, patterns = np.zeros(CALLS, CALL), np.zeros(1, PATTERN)
    patterns["call_count"] = CALLS
    assert exchange_at((calls, patterns[0]), np.zeros(1, HOP_LOAD), CALLS - 1) == (0.0, 0.0)


def test_of_a_stop_where_nobody_was_seen_it_is_not_known_who_boards() -> None:
    stays, boards = exchange([])
    assert stays == pytest.approx(1 - 1 / 3.5)
    assert np.isnan(boards)
