"""What the timetable knows of the hours to come."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.tracking.hop_times import HOP_MEMORY
from transit.tracking.line_tables import CALL, PATTERN, SCHEDULED, TRIP, build_line_tables
from transit.tracking.state import HOP, TIMED_PARTS
from transit.tracking.timetable_pace import SHARE, learn_trip_pace, note_trip_paces, pace_turn_log


def timed(*minutes: float, by_status: int = 0) -> "np.ndarray[Any, Any]":
    """Trips over two hops of usually five minutes each, timed to take so long."""
    patterns, calls = np.zeros(1, PATTERN), np.zeros(3, CALL)
    patterns["call_count"], patterns["by_status"] = 3, by_status
    calls["usual_run_s"] = [0, 300, 300]
    trips, timings = np.zeros(len(minutes), TRIP), np.zeros(3 * len(minutes), SCHEDULED)
    trips["timing_first"] = 3 * np.arange(len(minutes))
    for i, each in enumerate(minutes):
        timings["arrival_s"][3 * i : 3 * i + 3] = [0, 30 * each, 60 * each]
        timings["departure_s"][3 * i : 3 * i + 3] = [0, 30 * each, 60 * each]
    note_trip_paces(trips, patterns, calls, timings)
    return trips


def learned(trips: "np.ndarray[Any, Any]", rows: "list[int]", count: float | None = None) -> Any:
    """A hop that buses of these trips passed, one after another; ``count``: which weight they left."""
    hop = np.zeros(1, HOP)
    for row in rows:
        learn_trip_pace(hop[0], trips[row])
        hop["count"] = min(float(hop["count"][0]) + 1.0, HOP_MEMORY)
    if count is not None:
        hop["count"] = count
    return hop[0]


def test_a_trip_timed_longer_than_its_hops_usually_are_is_known_to_be() -> None:
    assert timed(10, 12, 8)["pace_log"].tolist() == pytest.approx([0.0, math.log(1.2), math.log(0.8)], abs=1e-6)


def test_a_trip_timed_oddly_counts_as_if_it_were_no_further_off() -> None:
    assert timed(60, 1)["pace_log"].tolist() == [0.5, -0.5]


def test_trains_follow_what_trains_take_alone() -> None:
    assert not timed(12, by_status=1)["pace_log"].any()


def test_trips_of_a_real_pattern_that_are_all_timed_alike_have_one_pace(town: Any) -> None:
    trips = build_line_tables(town, "bus").trips
    assert np.abs(trips["pace_log"]).max() < 0.01


def test_after_the_peak_far_times_shorten_by_half_of_what_the_timetable_does() -> None:
    trips = timed(12, 10)
    turn = pace_turn_log(learned(trips, [0] * 80, count=1e6), trips[1], 1.0)
    assert turn == pytest.approx(-SHARE * math.log(1.2), abs=1e-3)


def test_the_next_hop_takes_what_the_last_vehicles_took() -> None:
    trips = timed(12, 10)
    assert pace_turn_log(learned(trips, [0] * 5), trips[1], 0.0) == 0.0


def test_a_trip_timed_as_those_seen_turns_nothing() -> None:
    trips = timed(12, 10)
    assert pace_turn_log(learned(trips, [0, 0]), trips[0], 1.0) == pytest.approx(0.0, abs=1e-4)


def test_nothing_turns_where_nobody_was_seen_and_little_where_few_were() -> None:
    trips = timed(12, 10)
    assert pace_turn_log(learned(trips, []), trips[1], 1.0) == 0.0
    few, many = (abs(pace_turn_log(learned(trips, [0] * n), trips[1], 1.0)) for n in (1, 9))
    assert 0.0 < few < many


@given(st.lists(st.integers(0, 2), min_size=1, max_size=60))
def test_what_was_seen_lies_between_the_trips_seen(rows: list[int]) -> None:
    trips = timed(8, 10, 12)
    seen = float(learned(trips, rows)["timed"]) / TIMED_PARTS
    paces = trips["pace_log"][rows]
    assert paces.min() - 1e-4 <= seen <= paces.max() + 1e-4


def test_trips_of_the_present_replace_those_of_the_past() -> None:
    trips = timed(12, 10)
    later = learned(trips, [0] * 10 + [1] * 80)
    assert float(later["timed"]) / TIMED_PARTS == pytest.approx(0.0, abs=2e-4)
