"""The terms of a served time sum to it, to the second: in the drawn town, and on real feeds."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.score_report.replay import Replay, read_recording
from runtime.timetables.gtfs_source import read_gtfs
from schemas.line_value import Watermark
from transit.answers.line_view import LineView, view_line
from transit.answers.why import ARRIVAL, DEPARTURE, Why, _before_lag, _before_skew, explain
from transit.forecasting.corrections import settled_part, skew_s
from transit.timetable.compile import compile_timetable
from transit.timetable.railways import is_railway

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data"
CASES = {"dc-bus": ("C53", 260), "boston-subway": ("Orange", 120)}


def sum_of(why: Why) -> int:
    return why.position_s + why.hold_s + why.layover_s + why.hops_s + why.dwell_s + why.correction_s


def view_of(drive: Any) -> LineView:
    return view_line(Watermark(1, 0, 1), drive.outcome.public)


@given(told_s=st.floats(0, 3600), lag_s=st.floats(-120, 120), is_rail=st.booleans())
def test_a_lag_is_undone_to_the_second(told_s: float, lag_s: float, *, is_rail: bool) -> None:
    found = _before_lag(told_s, lag_s, is_rail=is_rail)
    assert abs(found + settled_part(found, is_rail) * lag_s - told_s) < 1e-3


@given(summed_s=st.floats(0, 3600))
def test_a_skew_is_undone_to_the_second(summed_s: float) -> None:
    assert abs(_before_skew(summed_s - skew_s(summed_s)) - summed_s) < 1e-3


def test_under_way_a_time_is_the_way_to_the_next_stop_and_the_hops_after_it(bus: Any) -> None:
    for i in range(4):
        bus.go(30 * i, 200.0 * i)
    why = explain(view_of(bus), 0, 9, column=ARRIVAL, is_rail=False)
    assert why is not None
    assert sum_of(why) == why.told_s == bus.times()[9][1] - 90
    assert 0 < why.position_s < 60
    assert (why.hold_s, why.layover_s) == (0, 0)
    assert [leg.position for leg in why.legs] == [3, 4, 5, 6, 7, 8, 9]
    assert all(leg.hop_s > 0 for leg in why.legs)


def test_before_it_leaves_a_time_begins_with_the_layover(bus: Any) -> None:
    bus.go(-240, 0.0)
    why = explain(view_of(bus), 0, 3, column=ARRIVAL, is_rail=False)
    assert why is not None
    assert why.layover_s >= 240 - 30
    assert sum_of(why) == why.told_s


def test_standing_at_a_stop_a_time_begins_with_what_is_left_of_standing(metro: Any) -> None:
    train = {"trip": "train-1", "x_m": 1000.0, "y_m": 20000.0, "stop_id": "s1000-20000", "current_status": 1}
    for at in (80, 90, 100):
        metro.say(at, train)
    why = explain(view_of(metro), 0, 4, column=ARRIVAL, is_rail=True)
    assert why is not None
    assert why.hold_s > 0
    assert why.dwell_s > 0
    assert sum_of(why) == why.told_s


def test_a_call_that_lies_behind_or_beyond_the_forecasts_has_no_terms(bus: Any) -> None:
    for i in range(5):
        bus.go(30 * i, 200.0 * i)
    line = view_of(bus)
    assert explain(line, 0, 1, column=ARRIVAL, is_rail=False) is None
    assert explain(line, 0, 99, column=ARRIVAL, is_rail=False) is None
    assert explain(line, 0, 9, column=DEPARTURE, is_rail=False) is None, "nothing departs from a last stop"


@pytest.mark.recording
@pytest.mark.skipif(not RECORDED.exists(), reason="the shared recordings are not here")
@pytest.mark.parametrize("place", CASES)
def test_on_real_feeds_the_terms_of_every_time_sum_to_it_and_each_keeps_its_sign(place: str) -> None:
    line_id, count = CASES[place]
    timetable = compile_timetable(read_gtfs(str(RECORDED / place / "gtfs.zip")), name="t", source="")
    is_rail = is_railway(int(timetable.line_route_type[timetable.line_id.find(line_id)]))
    replay = Replay(timetable, (line_id,))
    found: Counter[str] = Counter()
    for number, (at, content) in enumerate(read_recording(RECORDED / place / "vehicle_positions.zip")):
        replay.apply(at, content)
        if number % 4 or not replay.latest:
            continue
        line = view_line(Watermark(1, 0, number), next(iter(replay.latest.values())))
        for row, run in enumerate(line.forecasts.runs):
            for position in range(run.next_position + number % 5, run.next_position + run.call_count, 7):
                for column in (ARRIVAL, DEPARTURE):
                    why = explain(line, row, position, column=column, is_rail=is_rail)
                    if why is not None:
                        check(why, run.lag_s, found, is_rail=is_rail)
        if number > 4 * count:
            break
    assert found["checked"] > 2000
    assert found["negative hop"] < 0.01 * found["checked"]


def check(why: Why, lag_s: int, found: Counter[str], *, is_rail: bool) -> None:
    found["checked"] += 1
    assert sum_of(why) == why.told_s
    assert min(why.position_s, why.hold_s, why.layover_s) >= 0
    found["negative hop"] += any(leg.hop_s < 0 for leg in why.legs)
    # nothing hides in the correction: it is the lag, the skew and the rounding of two times
    assert abs(why.correction_s - settled_part(float(why.told_s), is_rail) * lag_s) <= 8 + abs(lag_s) * 0.7 + 2
