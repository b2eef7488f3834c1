"""A terminal's board is what a rider who stands there is told, minute by minute."""

import numpy as np
import polars as pl
import pytest

from transit.scoring.runs import RunIndex
from transit.scoring.terminal_boards import _Aimed, _is_unkept, _seen_by_riders, _without_doubtful
from transit.scoring.undated import list_undated
from transit.timetable.compiled import Timetable

MINUTES = np.array([0, 60, 120], np.int64)


def served(*rows: tuple[int, int, float, bool]) -> pl.DataFrame:
    """Rows (sampled_at, run, departure, withheld) of first stops."""
    names = {"sampled_at": pl.Int64, "run": pl.Int32, "d50": pl.Float64, "withheld": pl.Boolean}
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(position=pl.lit(0))


def test_the_next_vehicle_is_told_by_its_forecast() -> None:
    told, held = _seen_by_riders(MINUTES, served((0, 1, 200.0, False), (60, 1, 210.0, False)), [])
    assert told == (200, 150, None)
    assert held == 0


def test_a_run_without_a_vehicle_is_told_by_the_timetable() -> None:
    told, _ = _seen_by_riders(MINUTES, served((60, 1, 400.0, False)), [_Aimed(1, 300), _Aimed(2, 500)])
    assert told == (300, 340, 180)


def test_a_held_vehicle_shows_no_minutes_though_another_follows() -> None:
    told, held = _seen_by_riders(MINUTES, served((60, 1, 65.0, True)), [_Aimed(2, 500)])
    assert told == (500, None, 380)
    assert held == 1


def test_a_planned_run_whose_time_is_over_is_told_no_more() -> None:
    told, _ = _seen_by_riders(MINUTES, served(), [_Aimed(-1, 30)])
    assert told == (30, None, None)


def test_who_is_told_of_a_vehicle_that_none_came_for_is_told_wrong() -> None:
    assert _is_unkept(100, 600)
    assert not _is_unkept(100, 300)
    assert not _is_unkept(None, 600)
    assert not _is_unkept(100, None)


def test_a_minute_whose_next_vehicle_nobody_can_date_is_not_compared() -> None:
    waits = (900, 840, 780)
    assert _without_doubtful(MINUTES, waits, np.array([[-500.0, -1.0]])) == waits, "it had left before"
    assert _without_doubtful(MINUTES, waits, np.array([[900.0, 950.0]])) == waits, "another left before it"
    assert _without_doubtful(MINUTES, waits, np.array([[30.0, 90.0]])) == (None, None, 780)
    assert _without_doubtful(MINUTES, waits, np.zeros((0, 2))) == waits


EIGHT = 1_772_524_800
"""Eight o'clock of the town's day: ``out-1`` leaves, and comes to a stop each minute."""


@pytest.fixture
def index(town: Timetable) -> RunIndex:
    found = RunIndex(town)
    found.number("out-1", "20260303", None, EIGHT)
    return found


def truth(*rows: tuple[int, bool, float, float, bool]) -> pl.DataFrame:
    """Rows (position, departure, earliest, latest, censored) of the one run, seconds after eight."""
    named = [(0, position, left, EIGHT + a, EIGHT + b, censored) for position, left, a, b, censored in rows]
    names = ("run", "position", "departure", "earliest_at", "latest_at", "censored")
    return pl.DataFrame(named, dict.fromkeys(names) | {"run": pl.Int32}, orient="row")


NONE_DATED = pl.DataFrame(schema={"run": pl.Int32})


def test_a_run_first_heard_further_on_left_at_some_time_before(index: RunIndex) -> None:
    ((span,),) = list_undated(truth((4, False, 390, 400, False)), index, NONE_DATED).values()
    assert (span - EIGHT).tolist() == [-300, 280], "half of the scheduled four minutes before, at the latest"


def test_a_departure_in_a_gap_of_reports_lies_within_it(index: RunIndex) -> None:
    seen = truth((0, True, 20, 200, True), (1, False, 190, 200, False))
    ((span,),) = list_undated(seen, index, NONE_DATED).values()
    assert (span - EIGHT).tolist() == [20, 170]


def test_a_dated_departure_and_a_run_nobody_saw_leave_no_doubt(index: RunIndex) -> None:
    seen = truth((0, True, 20, 30, False), (1, False, 190, 200, False))
    assert list_undated(seen, index, pl.DataFrame({"run": [0]}, schema={"run": pl.Int32})) == {}
    assert list_undated(seen.clear(), index, NONE_DATED) == {}
