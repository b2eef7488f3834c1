"""A railway's pace in each direction, from where trains have come since the starts that their feed names."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transit.forecasting.pace_by_starts import APART_S, ELSEWHERE_S, PACE_MOST, find_slope, line_by_direction
from transit.tracking.line_tracker import get_line_tables

EIGHT_S = 8 * 3600


def points(
    slope: float, began_s: float, planned_s: list[float], pattern: float = 0.0
) -> list[tuple[float, float, float]]:
    return [(each, began_s + slope * each, pattern) for each in planned_s]


@given(
    pace=st.floats(-0.2, 0.2),
    began_s=st.floats(-300.0, 900.0),
    planned_s=st.lists(st.floats(0.0, 1500.0), min_size=4, max_size=20),
)
def test_the_slope_is_the_pace_wherever_all_trains_began(pace: float, began_s: float, planned_s: list[float]) -> None:
    found = find_slope(np.array(points(math.exp(pace), began_s, planned_s)))
    if max(planned_s) - min(planned_s) < APART_S:
        assert found is None
    else:
        assume(found is not None)
        assert found is not None
        assert found[0] == pytest.approx(pace, abs=1e-6)


def test_the_wider_apart_trains_are_the_more_it_counts() -> None:
    near = find_slope(np.array(points(1.1, 0.0, [0.0, 300.0, 600.0, 900.0])))
    wide = find_slope(np.array(points(1.1, 0.0, [0.0, 1000.0, 2000.0, 3000.0])))
    assert near is not None
    assert wide is not None
    assert wide[1] > near[1]


def test_a_train_that_began_elsewhere_than_others_of_its_pattern_says_nothing() -> None:
    alike = points(1.1, 0.0, [0.0, 500.0, 1000.0, 1500.0])
    found = find_slope(np.array([*alike, (2000.0, 2200.0 - 3 * ELSEWHERE_S, 0.0)]))
    assert found is not None
    assert found[0] == pytest.approx(math.log(1.1))


def test_trains_of_two_patterns_are_not_held_against_each_other() -> None:
    one = points(1.1, 0.0, [0.0, 700.0], pattern=0.0)
    other = points(1.1, 5000.0, [300.0, 1000.0], pattern=1.0)
    found = find_slope(np.array([*one, *other]))
    assert found is not None
    assert found[0] == pytest.approx(math.log(1.1))
    assert find_slope(np.array([*points(1.1, 0.0, [0.0, 500.0]), *points(1.1, 0.0, [1000.0, 1500.0], 1.0)])) is None


def test_a_pace_that_no_railway_has_is_cut_back_or_not_believed() -> None:
    found = find_slope(np.array([(0.0, 0.0, 0.0), (700.0, 1060.0, 0.0), (750.0, 1500.0, 0.0)]))
    assert found is not None
    assert found[0] <= PACE_MOST
    assert find_slope(np.array([(0.0, 700.0, 0.0), (700.0, 650.0, 0.0), (700.0, 640.0, 0.0)])) is None


RAILS = [(1000.0 * i, 0.0) for i in range(6)]
HOP_S = 900
NINE = 3600


def trains(slower: float, calls: range, start_at_s: int = 0) -> list[dict[str, Any]]:
    """Trains of no timetable seen at once at different stops, each started as long before as their pace makes it."""
    found = []
    for call in calls:
        start_s = EIGHT_S + NINE - start_at_s - round(slower * HOP_S * call)
        clock = f"{start_s // 3600:02d}:{start_s // 60 % 60:02d}:{start_s % 60:02d}"
        named = {"trip": f"extra-{call}", "vehicle": f"t{call}", "route_id": "metro", "start_time": clock}
        found.append({**named, "stop_id": f"s{1000 * call}-0", "current_status": 1})
    return found


def end_of_third(line: Any, reports: list[dict[str, Any]]) -> int:
    """Seconds until the train at the third stop comes to the last one, as the first message tells."""
    line.say(NINE, *reports)
    arrives = line.times("extra-3")[5][1]
    assert arrives is not None
    return int(arrives) - NINE


def test_the_first_message_of_trains_under_way_tells_how_fast_they_run(drive_rails: Callable[..., Any]) -> None:
    told = [end_of_third(drive_rails(RAILS, RAILS, HOP_S), trains(slower, range(1, 5))) for slower in (0.85, 1.0, 1.2)]
    assert told[0] < 0.97 * told[1]
    assert told[2] > 1.03 * told[1]


def test_what_trains_waited_before_they_left_is_no_pace(drive_rails: Callable[..., Any]) -> None:
    told = [end_of_third(drive_rails(RAILS, RAILS, HOP_S), trains(1.1, range(1, 5), late_s)) for late_s in (0, 300)]
    assert told[0] == told[1]


def test_three_trains_are_too_few_to_tell(drive_rails: Callable[..., Any]) -> None:
    told = [end_of_third(drive_rails(RAILS, RAILS, HOP_S), trains(slower, range(1, 4))) for slower in (1.0, 1.2)]
    assert told[0] == told[1]


def test_where_no_train_names_its_start_each_direction_has_the_lines_pace(metro: Any) -> None:
    for at, call in ((0, 0), (90, 1), (180, 2)):
        metro.say(at, {"trip": "train-1", "stop_id": f"s{1000 * call}-20000", "current_status": 1})
    state = metro.tracker._state
    lines = line_by_direction(state, get_line_tables(metro.timetable, metro.group), state.last_poll_s)
    assert lines.tobytes() == np.repeat(state.line, 2).tobytes()
