"""When a bus leaves its first stop."""

import numpy as np

from transit.forecasting.first_stop import TOLD_SHARE, WAY_SHARE, first_departure
from transit.tracking.past import PAST_LAGS
from transit.tracking.standing import STANDING
from transit.tracking.state import DIRECTIONS, LAG, RECENT_LAGS, Rows

DUE = 1_000_000


def waiting_row() -> Rows:
    row = np.zeros(1, STANDING)
    row["scheduled"], row["has_start"], row["service_start"] = 1, 1, DUE
    return row


def lags_of(*seconds: int) -> Rows:
    lags = np.zeros((DIRECTIONS, RECENT_LAGS), LAG)
    for i, lag_s in enumerate(seconds):
        lags[0, i] = (1, lag_s)
    return lags


def leaves_after_s(lags: Rows, at_s: int, *, speed_mps: float = 0.0, share: float = WAY_SHARE) -> float:
    learned = (lags, np.zeros(1, PAST_LAGS)[0])
    return first_departure(waiting_row()[0], learned, (DUE + at_s, DUE + at_s), (speed_mps, share)) - DUE


def test_a_bus_is_expected_to_leave_as_late_as_those_before_it() -> None:
    assert leaves_after_s(lags_of(*range(20, 260, 20)), -600) == 80


def test_departures_that_came_sooner_than_it_has_waited_tell_nothing() -> None:
    assert leaves_after_s(lags_of(20, 40, 60, 300, 320), 120) > 120


def test_who_is_told_of_the_departure_is_told_an_earlier_time_than_those_further_on_reckon_with() -> None:
    lags = lags_of(*range(20, 260, 20))
    assert leaves_after_s(lags, -600, share=TOLD_SHARE) < leaves_after_s(lags, -600)


def test_a_bus_that_drives_at_its_time_is_leaving() -> None:
    assert leaves_after_s(lags_of(*[200] * 12), 5, speed_mps=6.0) == 5
    assert leaves_after_s(lags_of(*[200] * 12), -400, speed_mps=6.0) > 100


def test_an_overdue_departure_is_always_still_ahead() -> None:
    assert leaves_after_s(lags_of(), 3000) > 3000
