import numpy as np

from transit.scoring.placing import place_reports


def shape(points: list[tuple[float, float]]) -> np.ndarray:
    at = np.array(points, np.float64)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(at, axis=0).T))])
    return np.column_stack([at, along])


def place(reports: list[tuple[int, float, float]], points: list[tuple[float, float]]) -> list[float]:
    at, x, y = (np.array(column) for column in zip(*reports, strict=True))
    found = place_reports(at.astype(np.int64), x.astype(np.float64), y.astype(np.float64), shape(points))
    return [float(metres) for metres in found]


def test_a_report_beside_the_shape_stands_at_its_nearest_place() -> None:
    assert place([(0, 100.0, 10.0)], [(0.0, 0.0), (500.0, 0.0)]) == [100.0]


def test_out_and_back_along_one_street_is_told_apart_by_order() -> None:
    street = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 8.0), (0.0, 8.0)]
    way = [(0, 100.0, 4.0), (60, 600.0, 4.0), (120, 990.0, 4.0), (180, 600.0, 4.0), (240, 100.0, 4.0)]
    progress = place(way, street)
    assert progress == sorted(progress)
    assert progress[-1] > 1800.0


def test_a_report_far_from_the_shape_has_no_place() -> None:
    assert np.isnan(place([(0, 100.0, 400.0)], [(0.0, 0.0), (500.0, 0.0)])[0])


def test_a_single_outlier_does_not_move_the_others() -> None:
    loop = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 400.0), (0.0, 400.0)]
    progress = place([(0, 0.0, 0.0), (30, 200.0, 0.0), (60, 300.0, 390.0), (90, 500.0, 0.0)], loop)
    assert progress[1] == 200.0
    assert progress[3] == 500.0
