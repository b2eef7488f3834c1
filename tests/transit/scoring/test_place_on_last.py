"""Forecasts made while a trip was taken to follow another pattern."""

from typing import Any

import polars as pl

from transit.scoring.place_on_last import place_on_last
from transit.scoring.runs import RunIndex
from transit.timetable.compiled import Timetable


def pattern_of(town: Timetable, trip: str) -> int:
    return int(town.trip_pattern[town.trip_id.find(trip)])


def placed(index: RunIndex, run: int, *told: tuple[int, int]) -> list[int]:
    """Positions on the run's last pattern of calls told by their pattern and position."""
    rows: list[tuple[Any, ...]] = [(run, pattern, position) for pattern, position in told]
    schema = {"run": pl.Int32, "pattern": pl.Int32, "position": pl.Int32}
    return place_on_last(pl.DataFrame(rows, schema=schema, orient="row"), index)["position"].to_list()


def test_calls_told_on_a_pattern_that_was_given_up_count_by_their_stops(town: Timetable) -> None:
    out, back = pattern_of(town, "out-1"), pattern_of(town, "back-1")
    index = RunIndex(town, {"extra": back})
    run = index.number("extra", "20260303", None, 0)
    assert placed(index, run, (out, 0), (out, 7), (back, 3)) == [9, 2, 3]


def test_a_call_that_the_last_pattern_leaves_out_is_none_of_its_calls(town: Timetable) -> None:
    index = RunIndex(town, {"extra": pattern_of(town, "ring-1")})
    run = index.number("extra", "20260303", None, 0)
    assert placed(index, run, (pattern_of(town, "out-1"), 4)) == [-1]


def test_a_trip_of_the_timetable_keeps_its_own_pattern(town: Timetable) -> None:
    index = RunIndex(town)
    run = index.number("out-1", "20260303", None, 0)
    assert placed(index, run, (pattern_of(town, "back-1"), 4)) == [4]
