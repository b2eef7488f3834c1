import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.scoring.errors import Predictions, error_table, resampled_means
from transit.scoring.intervals import interval_bins, pinball_s


def predictions(rows: list[tuple[float, float, float]]) -> Predictions:
    sampled, predicted, actual = (np.array(column, np.float64) for column in zip(*rows, strict=True))
    return Predictions(
        sampled_at=sampled,
        predicted_at=predicted,
        actual_at=actual,
        block=np.arange(len(rows), dtype=np.int64),
        at_5_minutes=(actual - sampled >= 300) & (actual - sampled < 330),
    )


def test_who_came_early_has_a_negative_error_and_is_counted_as_missed() -> None:
    table = error_table(predictions([(0.0, 200.0, 100.0)]))
    assert table.by_actual[0].mean_s == -100.0
    assert table.by_actual[0].early_60_ratio == 1.0


def test_a_stalled_vehicle_moves_its_row_to_a_farther_actual_bin_but_not_by_prediction() -> None:
    table = error_table(predictions([(0.0, 60.0, 400.0)]))
    assert [found.count for found in table.by_actual] == [0, 0, 1, 0, 0]
    assert [found.count for found in table.by_predicted] == [1, 0, 0, 0, 0]


def test_the_benchmark_is_the_plain_mean_of_its_bins() -> None:
    table = error_table(predictions([(0.0, 60.0, 60.0), (0.0, 61.0, 60.0), (0.0, 900.0, 200.0)]))
    assert table.benchmark == (1.0, 0.0, None, None)
    assert table.benchmark_mean == 0.5


def test_an_empty_set_has_no_figures_and_no_fault() -> None:
    table = error_table(predictions([(0.0, 60.0, 60.0)]).where(np.array([False])))
    assert table.rows == 0
    assert table.overall.mean_absolute_s is None


@given(st.lists(st.floats(0, 500), min_size=2, max_size=40))
def test_resampling_stays_between_the_extremes_and_repeats(values: list[float]) -> None:
    column = np.array(values)
    block = np.arange(len(values), dtype=np.int64) // 2
    means = resampled_means(column, block)
    assert (means >= column.min() - 1e-6).all()
    assert (means <= column.max() + 1e-6).all()
    assert np.array_equal(means, resampled_means(column, block))


def test_pinball_loss_of_the_median_is_half_the_absolute_error() -> None:
    assert pinball_s(np.array([10.0, 30.0]), np.array([20.0, 20.0]), 0.5) == pytest.approx(5.0)


def test_an_arrival_at_the_bound_is_inside() -> None:
    found = interval_bins(np.array([60.0]), np.array([90.0]), np.array([[50.0, 60.0, 90.0]]))
    assert found[0].inside_ratio == 1.0
