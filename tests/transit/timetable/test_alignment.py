from collections.abc import Callable, Mapping, Sequence

import numpy as np

from transit.timetable.compiled import Timetable

Compile = Callable[..., Timetable]
Rows = Mapping[str, Sequence[str]]
SHAPES = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence"
DEGREE_M = 6_371_008.8 * np.pi / 180 * np.cos(np.radians(48.85))


def _shaped(base: Rows) -> list[str]:
    return [base["trips.txt"][0], "L1,daily,t1,Delta,0,,s", "L1,daily,t2,Alpha,1,,"]


def test_without_shapes_lines_run_straight_from_stop_to_stop(make_timetable: Compile) -> None:
    timetable = make_timetable()
    assert not timetable.pattern_has_shape.any()
    hop_m = 0.01 * DEGREE_M
    np.testing.assert_allclose(timetable.call_progress_m[:4], [0, hop_m, 2 * hop_m, 3 * hop_m], rtol=1e-3)
    np.testing.assert_allclose(timetable.pattern_length_m[0], 3 * hop_m, rtol=1e-3)


def test_a_shape_is_simplified_and_stops_lie_along_it(make_timetable: Compile, base: Rows) -> None:
    points = [f"s,48.8501,{2.30 + step / 1000:.3f},{step}" for step in range(31)]
    timetable = make_timetable(trips=_shaped(base), shapes=[SHAPES, *points])
    assert timetable.pattern_has_shape.tolist() == [True, False]
    assert timetable.pattern_point_offset[1] == 2
    np.testing.assert_allclose(timetable.call_offset_m[:4], 11.1, atol=0.1)
    np.testing.assert_allclose(timetable.call_progress_m[:4], np.arange(4) * 0.01 * DEGREE_M, atol=1)


def test_a_shape_that_stops_short_is_taken_on_to_the_stops_beyond(make_timetable: Compile, base: Rows) -> None:
    timetable = make_timetable(trips=_shaped(base), shapes=[SHAPES, "s,48.85,2.31,1", "s,48.85,2.32,2"])
    assert timetable.pattern_has_shape[0]
    assert timetable.call_offset_m[:4].max() < 1
    np.testing.assert_allclose(timetable.pattern_length_m[0], 0.03 * DEGREE_M, rtol=1e-3)
    assert timetable.faults == ()


def test_a_shape_of_another_line_is_listed_and_left(make_timetable: Compile, base: Rows) -> None:
    timetable = make_timetable(trips=_shaped(base), shapes=[SHAPES, "s,48.95,2.28,1", "s,48.95,2.38,2"])
    assert not timetable.pattern_has_shape.any()
    assert "does not pass its stops in order; straight lines stand in" in timetable.faults[0]


def test_a_shape_of_one_place_is_listed_and_left(make_timetable: Compile, base: Rows) -> None:
    timetable = make_timetable(trips=_shaped(base), shapes=[SHAPES, "s,48.85,2.31,1", "s,48.85,2.31,2"])
    assert timetable.faults == ("shapes.txt: shape 's' has less than two places; straight lines stand in",)


def test_shapes_that_run_the_same_way_are_one_whatever_their_ids(make_timetable: Compile, base: Rows) -> None:
    trips = [base["trips.txt"][0], "L1,daily,t1,Delta,0,,s", "L1,daily,t3,Delta,0,,r"]
    times = [base["stop_times.txt"][0], *base["stop_times.txt"][1:5]]
    times += [row.replace("t1", "t3") for row in base["stop_times.txt"][1:5]]
    points = [f"{shape},48.85,{longitude},{number}" for shape in "sr" for number, longitude in ((1, 2.3), (2, 2.33))]
    assert len(make_timetable(trips=trips, stop_times=times, shapes=[SHAPES, *points]).pattern_id) == 1


def test_two_stops_at_one_place_are_still_a_metre_apart_along_the_way(make_timetable: Compile) -> None:
    stops = ["stop_id,stop_name,stop_lat,stop_lon"]
    stops += [
        f"{name},{name},48.85,{longitude}" for name, longitude in (("a", 2.3), ("b", 2.3), ("c", 2.31), ("d", 2.32))
    ]
    assert (np.diff(make_timetable(stops=stops).call_progress_m[:4]) >= 1).all()
