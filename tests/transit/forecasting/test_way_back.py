"""A bus that takes its break away from its first stop leaves no sooner than it can have driven back."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transit.forecasting.way_back import AWAY_M, BOARDING_S, SOONEST_MPS, USUAL_MPS, back_at
from transit.tracking.departing import NEAR_START_M
from transit.tracking.line_tables import CALL
from transit.tracking.state import VEHICLE

SEEN = 1_000_000


def back_after_s(x_m: float, y_m: float = 0.0, *, stood_s: int = 60, usual: bool = False) -> float:
    """Seconds after its last report at which a bus so far from its first stop can leave it; far below 0: at once."""
    vehicle, first = np.zeros(1, VEHICLE), np.zeros(1, CALL)
    vehicle["x_m"], vehicle["y_m"] = x_m, y_m
    vehicle["fix_time"], vehicle["still_since"] = SEEN, SEEN - stood_s
    rows: tuple[Any, Any] = vehicle[0], first[0]
    return back_at(*rows, usual) - SEEN


def test_a_bus_that_stands_half_a_kilometre_away_at_its_time_is_not_told_to_leave_at_once() -> None:
    assert back_after_s(480.0) == 480.0 / SOONEST_MPS
    assert back_after_s(480.0, usual=True) == BOARDING_S + 480.0 / USUAL_MPS


def test_a_bus_at_its_stop_may_leave_at_once() -> None:
    assert back_after_s(60.0, 50.0) == -SEEN


def test_a_bus_seen_once_at_a_place_may_be_on_its_way_to_the_stop_or_from_it() -> None:
    assert back_after_s(480.0, stood_s=0) == -SEEN


def test_a_bus_kilometres_away_takes_no_break_for_this_stop() -> None:
    assert back_after_s(NEAR_START_M + 1.0) == -SEEN


@given(
    x_m=st.floats(-2000.0, 2000.0), y_m=st.floats(-2000.0, 2000.0), stood_s=st.integers(0, 7200), usual=st.booleans()
)
def test_whoever_is_told_of_the_departure_is_told_no_later_a_time_than_those_further_on_reckon_with(
    x_m: float, y_m: float, stood_s: int, usual: bool
) -> None:
    soonest, told = back_after_s(x_m, y_m, stood_s=stood_s), back_after_s(x_m, y_m, stood_s=stood_s, usual=usual)
    assert soonest <= told <= BOARDING_S + NEAR_START_M / USUAL_MPS
    away_m = float(np.hypot(x_m, y_m))
    assert (soonest > 0.0) == (AWAY_M < away_m < NEAR_START_M and stood_s > 0)


def test_what_is_told_of_a_bus_that_waits_elsewhere_at_its_time_allows_for_the_way_back(drive_way: Any) -> None:
    street = [(400.0 * i, 0.0) for i in range(5)]

    def told_second_stop(away_m: float) -> float:
        line = drive_way(street, street)
        for at in range(-120, 1, 30):
            line.go(at, 0.0, y_m=away_m, trip="way-1")
        return float(line.times("way-1")[1][1])

    assert told_second_stop(480.0) > told_second_stop(0.0) + 120.0
