"""A line's demand at present, as its stops show it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.crowding.demand_now import DOUBT_FIRST, LEVEL_LEAST, LEVEL_MOST, note_level, pass_time, usual_at
from transit.crowding.memory import LINE_LOAD
from transit.tracking.past import DEMAND_HOURS, PAST_DEMAND
from transit.tracking.state import Rows

EIGHT = 1_700_000_000
CHANCE = 0.01


def new_line() -> Rows:
    line: Rows = np.zeros(1, LINE_LOAD)
    pass_time(line[0], EIGHT)
    return line


def show(line: Rows, level: float, stops: int, *, usual: float = 0.1, every_s: int = 20) -> None:
    """Let stops at which ``usual`` would board show a level, one every so often."""
    for _ in range(stops):
        pass_time(line[0], int(line["level_at"][0]) + every_s)
        note_level(line[0], usual, (level - float(line["level"][0])) * usual, CHANCE)


@given(level=st.floats(0.5, 2.0))
def test_the_level_comes_to_what_stops_go_on_showing(level: float) -> None:
    line = new_line()
    show(line, level, 200)
    assert line["level"][0] == pytest.approx(level, abs=0.05)


@given(shown=st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 1), st.integers(0, 9000)), max_size=40))
def test_whatever_stops_show_the_level_is_a_demand_and_the_doubt_a_variance(
    shown: list[tuple[float, float, int]],
) -> None:
    line = new_line()
    for usual, more, after_s in shown:
        pass_time(line[0], int(line["level_at"][0]) + after_s)
        note_level(line[0], usual, more, CHANCE)
        assert LEVEL_LEAST <= line["level"][0] <= LEVEL_MOST
        assert 0.0 < line["doubt"][0] <= DOUBT_FIRST * 1.0001


def test_what_was_seen_makes_surer_and_time_that_passes_less_sure_but_no_less_than_at_first() -> None:
    line = new_line()
    show(line, 1.2, 20)
    sure = float(line["doubt"][0])
    assert sure < DOUBT_FIRST
    level = float(line["level"][0])
    pass_time(line[0], int(line["level_at"][0]) + 1800)
    assert sure < line["doubt"][0] < DOUBT_FIRST
    pass_time(line[0], int(line["level_at"][0]) + 86_400)
    assert line["doubt"][0] == pytest.approx(DOUBT_FIRST)
    assert line["level"][0] == level


def test_a_report_from_before_takes_no_time_back() -> None:
    line = new_line()
    show(line, 1.2, 5)
    was = line.copy()
    pass_time(line[0], EIGHT)
    assert line.tobytes() == was.tobytes()


def test_a_stop_where_nobody_boards_says_nothing_of_the_line() -> None:
    line = new_line()
    note_level(line[0], 0.0, 0.3, CHANCE)
    assert (line["level"][0], line["doubt"][0]) == (1.0, np.float32(DOUBT_FIRST))


def test_usual_demand_is_that_of_its_hour_and_before_and_after_the_day_of_the_nearest() -> None:
    by_hour: Rows = np.zeros(1, PAST_DEMAND)
    by_hour["starts_at"], by_hour["level"] = EIGHT, np.arange(1, DEMAND_HOURS + 1)
    hours = (-1.0, 0.0, 0.999, 1.0, 7.5, 31.5, 40.0)
    assert [usual_at(by_hour[0], EIGHT + 3600 * hour) for hour in hours] == [1, 1, 1, 2, 8, 32, 32]
