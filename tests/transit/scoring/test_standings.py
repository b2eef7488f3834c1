"""Which call of its run a train's report stands for, as the judge reads it."""

from typing import Any

import numpy as np

from transit.scoring.runs import RunIndex
from transit.scoring.standings import call_positions
from transit.timetable.compiled import Timetable


def positions(timetable: Timetable, told: list[tuple[int, str | None]]) -> list[int]:
    index = RunIndex(timetable)
    run = index.runs[index.number("train-1", "20260216", None, 0)]
    sequences = np.array([sequence for sequence, _ in told], np.int64)
    return [int(position) for position in call_positions(index, run, sequences, [stop for _, stop in told])]


def test_a_stop_counts_more_than_a_sequence_that_disagrees(town: Timetable) -> None:
    first, second = (town.stop_id[int(stop)] for stop in stops_of(town)[:2])
    assert positions(town, [(1, first), (9, second), (1, second), (2, None)]) == [0, 1, 1, 1]


def test_a_stop_that_the_run_does_not_call_at_is_none_of_its_calls_whatever_the_sequence(
    town: Timetable,
) -> None:
    elsewhere = next(stop for stop in town.stop_id if stop not in {town.stop_id[int(s)] for s in stops_of(town)})
    assert positions(town, [(2, elsewhere)]) == [-1]
    assert positions(town, [(2, "a stop the timetable lacks")]) == [1], "there only the sequence is left"


def stops_of(timetable: Timetable) -> "np.ndarray[Any, np.dtype[np.int32]]":
    pattern = int(timetable.trip_pattern[timetable.trip_id.find("train-1")])
    first, last = (int(row) for row in timetable.pattern_call_offset[pattern : pattern + 2])
    return timetable.call_stop[first:last]
