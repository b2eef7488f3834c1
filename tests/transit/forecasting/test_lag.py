"""What is told against what is worked out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transit.forecasting.steadiness import BUS_BAND_S, BUS_FASTEST, BUS_LAG_MAX_S, RAIL_EARLY_S, next_lag_s

POLL_S = 15.0


def tell(changes_s: list[float], *, is_rail: bool = False) -> tuple[list[float], list[float]]:
    """What is worked out and what is told of a far call, poll after poll; both begin at 0."""
    lag_s = at = 0.0
    worked_out, told = [0.0], [0.0]
    for change_s in changes_s:
        at += change_s
        lag_s = next_lag_s(lag_s, change_s, POLL_S, is_rail)
        worked_out.append(at)
        told.append(at + lag_s)
    return worked_out, told


def test_a_far_call_stands_still_while_it_is_right_to_within_some_seconds() -> None:
    assert tell([4.0, -6.0, 3.0])[1] == [0.0] * 4


@given(st.lists(st.floats(-BUS_LAG_MAX_S / 3, BUS_LAG_MAX_S / 3), min_size=2, max_size=20))
def test_a_far_call_of_a_bus_moves_by_no_minute_between_two_looks_half_a_minute_apart(changes: list[float]) -> None:
    worked_out, told = tell(changes)
    behind = [abs(a - b) for a, b in zip(worked_out, told, strict=True)]
    if max(behind) < BUS_LAG_MAX_S:
        assert max(abs(b - a) for a, b in zip(told, told[2:], strict=False)) <= 2 * POLL_S * BUS_FASTEST + 1e-6 < 60.0


def test_a_jump_is_made_up_for_and_what_is_told_is_right_again() -> None:
    worked_out, told = tell([150.0, *[0.0] * 10])
    assert abs(told[-1] - worked_out[-1]) <= BUS_BAND_S
    assert all(b >= a for a, b in pairwise(told))


def test_a_train_takes_a_change_up_within_half_a_minute() -> None:
    worked_out, told = tell([100.0, 0.0, 0.0], is_rail=True)
    assert told[1] < worked_out[1] - 10.0
    assert abs(told[3] - worked_out[3]) < RAIL_EARLY_S + 3.0


def test_a_small_change_of_a_trains_far_call_is_not_told_but_one_that_would_make_riders_late_is() -> None:
    assert tell([7.0, -9.0, 3.0], is_rail=True)[1] == [0.0] * 4
    assert tell([-8.0], is_rail=True)[1][1] < 0.0
