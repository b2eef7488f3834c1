import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.scoring.bins import BENCHMARK, HORIZON_EDGES_S, MBTA, bin_of, is_accurate


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def test_a_bin_begins_with_its_lower_edge_and_ends_before_its_upper_one() -> None:
    assert bin_of(floats(0, 179.9, 180, 1799, 1800, -1), HORIZON_EDGES_S).tolist() == [0, 0, 1, 4, -1, -1]


@pytest.mark.parametrize(("error_s", "accurate"), [(-30, True), (-31, False), (90, True), (91, False)])
def test_the_benchmarks_bounds_count(error_s: float, accurate: bool) -> None:
    assert is_accurate(floats(error_s), np.array([0]), BENCHMARK).tolist() == [accurate]


@pytest.mark.parametrize(("error_s", "accurate"), [(-60, False), (-59, True), (60, False), (59, True)])
def test_the_mbtas_bounds_do_not_count(error_s: float, accurate: bool) -> None:
    assert is_accurate(floats(error_s), np.array([0]), MBTA).tolist() == [accurate]


@given(st.floats(-600, 600), st.floats(0, 3000))
def test_nothing_outside_the_bins_is_accurate(error_s: float, horizon_s: float) -> None:
    found = bin_of(floats(horizon_s), BENCHMARK.edges_s)
    if found[0] == -1:
        assert not is_accurate(floats(error_s), found, BENCHMARK)[0]
