from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transit.timetable.projection import GAP_M, Hints, Track, place_stops


def _track(*points: tuple[float, float]) -> Track:
    x, y = np.array(points, float).T
    return Track(x, y, np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y))))))


def _progress(track: Track, stops: Sequence[tuple[float, float]], hints: Hints | None = None) -> list[int]:
    x, y = np.array(stops, float).T
    placed = place_stops(track, x, y, hints or Hints())
    assert placed is not None
    return [round(metres) for metres in placed.progress_m]


def test_stops_beside_a_straight_street_lie_where_they_are_nearest() -> None:
    assert _progress(_track((0, 0), (1000, 0)), [(10, 8), (500, -8), (990, 8)]) == [10, 500, 990]


def test_out_and_back_a_stop_on_either_side_gets_its_own_pass() -> None:
    track = _track((0, 0), (1000, 0), (0, 0))
    assert _progress(track, [(100, -5), (900, -5), (900, 5), (100, 5)]) == [100, 900, 1100, 1900]


def test_a_loop_begins_and_ends_at_the_same_stop() -> None:
    track = _track((0, 0), (400, 0), (400, 400), (0, 400), (0, 0))
    assert _progress(track, [(0, 0), (400, 200), (200, 400), (0, 0)]) == [0, 600, 1000, 1600]


def test_two_laps_visit_every_stop_twice() -> None:
    corners = [(0, 0), (400, 0), (400, 400), (0, 400)]
    track = _track(*corners, *corners, (0, 0))
    assert _progress(track, [(200, 5), (200, 395), (200, 5), (200, 395)]) == [200, 1000, 1800, 2600]


def test_a_stop_near_two_passes_goes_by_the_time_it_is_reached() -> None:
    track = _track((0, 0), (2000, 0), (0, 0))
    stops = [(0, 0), (500, 0), (0, 0)]
    assert _progress(track, stops, Hints(timed_m=np.array([0.0, 3400.0, 4000.0]))) == [0, 3500, 4000]
    assert _progress(track, stops, Hints(timed_m=np.array([0.0, 600.0, 4000.0]))) == [0, 500, 4000]


def test_distances_that_agree_with_the_shape_choose_the_pass() -> None:
    track = _track((0, 0), (2000, 0), (0, 0))
    hints = Hints(traveled_m=np.array([0.0, 3480.0, 4000.0]))
    assert _progress(track, [(0, 0), (500, 0), (0, 0)], hints) == [0, 3500, 4000]


def test_distances_that_do_not_agree_are_not_believed() -> None:
    track = _track((0, 0), (2000, 0))
    for traveled_m in ([0.0, 1500.0, 2000.0], [0.0, 1900.0, 500.0]):
        assert _progress(track, [(0, 0), (500, 0), (2000, 0)], Hints(traveled_m=np.array(traveled_m))) == [0, 500, 2000]


def test_stops_drawn_in_the_wrong_order_are_kept_apart_at_little_cost() -> None:
    first, second, third = _progress(_track((0, 0), (1000, 0)), [(500, 3), (492, 3), (900, 3)])
    assert first < second < third
    assert abs(first - 500) <= 25
    assert abs(second - 492) <= 25


def test_doubled_points_do_no_harm() -> None:
    assert _progress(_track((0, 0), (0, 0), (500, 0), (500, 0), (1000, 0)), [(0, 0), (500, 0)]) == [0, 500]


def test_a_shape_too_short_to_hold_its_stops_holds_none() -> None:
    x = np.zeros(9)
    assert place_stops(_track((0, 0), (3, 0)), x, x) is None


_place = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))


@given(points=st.lists(_place, min_size=2, max_size=12, unique=True), stops=st.lists(_place, min_size=2, max_size=15))
@settings(max_examples=150, deadline=None)
def test_whatever_the_shape_progress_ascends_and_stays_on_it(
    points: list[tuple[float, float]], stops: list[tuple[float, float]]
) -> None:
    track = _track(*points)
    x, y = np.array(stops).T
    placed = place_stops(track, x, y)
    if placed is None:
        assert track.progress_m[-1] < 8 * GAP_M * len(stops)
        return
    assert (np.diff(placed.progress_m) >= GAP_M * 0.999).all()
    assert placed.progress_m[0] >= 0
    assert placed.progress_m[-1] <= track.progress_m[-1]
    at_x = np.interp(placed.progress_m, track.progress_m, track.x)
    at_y = np.interp(placed.progress_m, track.progress_m, track.y)
    np.testing.assert_allclose(np.hypot(at_x - x, at_y - y), placed.offset_m, atol=0.01)
