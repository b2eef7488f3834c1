"""A terminal's board is what a rider who stands there is told, minute by minute."""

import numpy as np
import polars as pl

from transit.scoring.terminal_boards import _Aimed, _is_unkept, _seen_by_riders

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
