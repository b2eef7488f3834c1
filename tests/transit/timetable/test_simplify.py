import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transit.timetable.simplify import simplify


def _distance(x: float, y: float, line_x: "np.ndarray", line_y: "np.ndarray") -> float:
    way_x, way_y = np.diff(line_x), np.diff(line_y)
    squared = np.maximum(way_x**2 + way_y**2, 1e-12)
    along = np.clip(((x - line_x[:-1]) * way_x + (y - line_y[:-1]) * way_y) / squared, 0, 1)
    return float(np.hypot(x - line_x[:-1] - along * way_x, y - line_y[:-1] - along * way_y).min())


def test_points_on_a_straight_way_are_left_out() -> None:
    x = np.linspace(0, 100, 11)
    assert np.flatnonzero(simplify(x, np.zeros(11), 1.0)).tolist() == [0, 10]


def test_a_way_out_and_back_keeps_its_turning_point() -> None:
    x = np.array([0.0, 50, 100, 50, 0])
    assert simplify(x, np.zeros(5), 1.0).tolist() == [True, False, True, False, True]


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=2, max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_point_left_out_is_further_than_the_tolerance(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    kept = simplify(x, y, 1.0)
    assert kept[0]
    assert kept[-1]
    assert all(_distance(x[row], y[row], x[kept], y[kept]) <= 1.0 + 1e-6 for row in np.flatnonzero(~kept))
