import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transit.scoring.crossings import find_crossings


def crossings(reports: list[tuple[int, float]], stops: list[float]) -> np.ndarray:
    at, progress = zip(*reports, strict=True)
    return find_crossings(np.array(at, np.int64), np.array(progress, np.float64), np.array(stops, np.float64))


def test_a_stop_is_crossed_between_the_reports_on_either_side_in_proportion() -> None:
    assert crossings([(0, 0.0), (30, 300.0)], [100.0])[0].tolist() == [10.0, 0.0, 30.0]


def test_a_vehicle_first_seen_beyond_a_stop_was_not_seen_to_cross_it() -> None:
    assert np.isnan(crossings([(0, 200.0), (30, 300.0)], [100.0])).all()


def test_noise_backwards_crosses_nothing_twice() -> None:
    assert crossings([(0, 0.0), (30, 120.0), (60, 90.0), (90, 200.0)], [100.0])[0].tolist() == [25.0, 0.0, 30.0]


def test_who_drives_back_to_the_start_crosses_anew() -> None:
    found = crossings([(0, 0.0), (30, 600.0), (600, 0.0), (630, 300.0)], [100.0, 500.0])
    assert found[0].tolist() == [610.0, 600.0, 630.0]
    assert np.isnan(found[1]).all()


def test_reports_off_the_shape_are_passed_over() -> None:
    assert crossings([(0, 0.0), (30, np.nan), (60, 200.0)], [100.0])[0].tolist() == [30.0, 0.0, 60.0]


@given(st.lists(st.floats(0, 150), min_size=2, max_size=30))
def test_a_crossing_lies_between_its_bounds(steps: list[float]) -> None:
    progress = np.cumsum(np.array([0.0, *steps]))
    at = np.arange(len(progress), dtype=np.int64) * 30
    found = find_crossings(at, progress, np.array([progress[-1] / 2 + 0.01]))
    if not np.isnan(found[0, 0]):
        assert found[0, 1] <= found[0, 0] <= found[0, 2]
