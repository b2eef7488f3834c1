"""What is learned of the places on the way to a stop."""

import numpy as np

from transit.forecasting.memory import MEMORY
from transit.forecasting.spots import SPOT, STRETCHES, forget_way, learn_spots, note_spot, spot_error_s, spot_of


def pass_by(spots: np.ndarray, late_s: int, times: int, spot: int = 2) -> None:
    """Let buses that were said to come at 5000 come this late."""
    memory = np.zeros(1, MEMORY)
    for i in range(times):
        note_spot(memory[0], spot, 100 + i, 5000.0)
        learn_spots(memory[0], spots, 0, 5000 + late_s)
        forget_way(memory[0])


def test_a_spot_nobody_was_seen_at_changes_nothing() -> None:
    assert spot_error_s(np.zeros(1, SPOT), 0, 3) == 0.0


def test_the_more_buses_come_late_from_a_spot_the_more_that_is_believed() -> None:
    spots = np.zeros(1, SPOT)
    pass_by(spots, 20, 1)
    once = spot_error_s(spots, 0, 2)
    pass_by(spots, 20, 20)
    assert 0.0 < once < spot_error_s(spots, 0, 2) < 20.0
    assert spot_error_s(spots, 0, 3) == 0.0


def test_one_bus_held_for_ten_minutes_is_no_habit() -> None:
    spots = np.zeros(1, SPOT)
    pass_by(spots, 600, 1)
    assert spot_error_s(spots, 0, 2) < 10.0


def test_what_was_learned_never_runs_over_however_late_buses_come() -> None:
    spots = np.zeros(1, SPOT)
    pass_by(spots, 20_000, 500)
    assert 200.0 < spot_error_s(spots, 0, 2) <= 300.0


def test_a_report_repeated_counts_once() -> None:
    memory, spots = np.zeros(1, MEMORY), np.zeros(1, SPOT)
    for _ in range(4):
        note_spot(memory[0], 1, 100, 5000.0)
    learn_spots(memory[0], spots, 0, 5010)
    assert spots["count"][0, 1] == 1


def test_standing_and_moving_buses_are_told_apart() -> None:
    assert spot_of(70.0, 0.0) == spot_of(70.0, 8.0) + STRETCHES
    assert [spot_of(metres, 8.0) for metres in (-5.0, 60.0, 150.0, 300.0, 700.0, 5000.0)] == list(range(STRETCHES))
