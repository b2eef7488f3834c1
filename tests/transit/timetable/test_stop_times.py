from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transit.timetable.compiled import Timetable
from transit.timetable.faults import TimetableError
from transit.timetable.stop_times import NO_TIME, parse_time

Compile = Callable[..., Timetable]
HEADER = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"


def _times(timetable: Timetable, trip_id: str = "t1") -> list[tuple[int, int]]:
    trip = timetable.trip_id.find(trip_id)
    timing, start = int(timetable.trip_timing[trip]), int(timetable.trip_start_s[trip])
    rows = slice(timetable.timing_offset[timing], timetable.timing_offset[timing + 1])
    arrivals, departures = timetable.timing_arrival_s[rows] + start, timetable.timing_departure_s[rows] + start
    return list(zip(arrivals.tolist(), departures.tolist(), strict=True))


@pytest.mark.parametrize(
    ("written", "seconds"), [("8:00:00", 28800), ("08:00:00", 28800), ("25:10:05", 90605), ("", NO_TIME)]
)
def test_times_of_day_are_seconds_and_go_past_24(written: str, seconds: int) -> None:
    assert parse_time(written) == seconds


@pytest.mark.parametrize("written", ["8:00", "08:60:00", "noon", "-1:00:00", "08:00:00.5", "\uff18:00:00"])
def test_what_is_no_time_is_told_from_no_time_given(written: str) -> None:
    assert parse_time(written) not in (NO_TIME, 0)


def test_times_past_midnight_stay_on_their_service_day(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,23:59:00,23:59:00,a,1", "t1,24:05:00,24:05:00,b,2", "t1,25:10:00,25:10:00,c,3"]
    assert _times(make_timetable(stop_times=rows))[-1] == (90600, 90600)


def test_a_clock_that_starts_again_at_midnight_is_read_as_the_day_after_and_listed(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,23:59:00,23:59:00,a,1", "t1,00:05:00,00:05:00,b,2", "t1,00:10:00,00:10:00,c,3"]
    timetable = make_timetable(stop_times=rows)
    assert _times(timetable) == [(86340, 86340), (86700, 86700), (87000, 87000)]
    assert "stop_times.txt:3: the time falls back by half a day and more; read as the day after" in timetable.faults


def test_a_time_before_the_one_before_is_raised_to_it_and_listed(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:00:00,08:00:00,a,1", "t1,08:05:00,08:05:00,b,2", "t1,08:04:00,08:04:00,c,3"]
    rows += ["t1,08:09:00,08:09:00,d,4"]
    timetable = make_timetable(stop_times=rows)
    assert _times(timetable)[2] == (29100, 29100)
    assert "stop_times.txt:4: the time lies before the one before it; read as equal to that" in timetable.faults


@pytest.mark.parametrize("written", ["72:00:01", "999:00:00"])
def test_a_time_beyond_three_days_leaves_its_call_out_and_is_listed(make_timetable: Compile, written: str) -> None:
    rows = [HEADER, "t1,08:00:00,08:00:00,a,1", f"t1,{written},{written},b,2", "t1,08:04:00,08:04:00,c,3"]
    timetable = make_timetable(stop_times=rows)
    assert _times(timetable) == [(28800, 28800), (29040, 29040)]
    said = f"arrival_time {written!r} lies more than 72 hours after its service day began; call left out"
    assert f"stop_times.txt:3: {said}" in timetable.faults


def test_a_feed_whose_times_mostly_lie_beyond_three_days_is_refused(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:00:00,08:00:00,a,1", "t1,999:00:00,999:00:00,b,2", "t2,999:00:00,999:00:00,c,3"]
    with pytest.raises(TimetableError, match="arrival_time is of no use in most rows"):
        make_timetable(stop_times=rows)


def test_a_trip_whose_clock_turns_too_often_is_left_out_and_listed(make_timetable: Compile) -> None:
    times = ["23:00:00", "01:00:00"] * 4
    rows = [HEADER, *(f"t1,{at},{at},{'abcd'[i % 4]},{i}" for i, at in enumerate(times))]
    timetable = make_timetable(stop_times=[*rows, "t2,09:00:00,09:00:00,d,1", "t2,09:06:00,09:06:00,a,3"])
    assert list(timetable.trip_id) == ["t2"]
    said = "the end of trip 't1' lies more than 72 hours after its service day began; left out"
    assert f"stop_times.txt: {said}" in timetable.faults


def test_a_stop_without_times_is_timed_by_its_distance(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:00:00,08:00:00,a,1", "t1,,,b,2", "t1,,,c,3", "t1,08:09:00,08:09:00,d,4"]
    assert _times(make_timetable(stop_times=rows)) == [(28800,) * 2, (28980,) * 2, (29160,) * 2, (29340,) * 2]


def test_only_stops_with_times_are_timepoints_where_the_others_have_none(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:00:00,08:00:00,a,1", "t1,,,b,2", "t1,08:06:00,08:06:00,c,3", "t1,08:09:00,08:09:00,d,4"]
    assert make_timetable(stop_times=rows).call_timepoint.tolist() == [True, False, True, True]


def test_a_feed_that_times_every_stop_and_marks_none_has_no_timepoints(make_timetable: Compile) -> None:
    assert not make_timetable().call_timepoint.any()


def test_an_arrival_alone_is_the_departure_too(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:00:00,,a,1", "t1,08:02:00,,b,2", "t1,,08:09:00,c,3"]
    assert _times(make_timetable(stop_times=rows)) == [(28800, 28800), (28920, 28920), (29340, 29340)]


def test_a_trip_without_a_time_at_its_first_call_is_left_out(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,,,a,1", "t1,08:02:00,08:02:00,b,2", "t2,09:00:00,09:00:00,d,1", "t2,09:06:00,09:06:00,a,3"]
    timetable = make_timetable(stop_times=rows)
    assert list(timetable.trip_id) == ["t2"]
    assert "stop_times.txt: trip 't1' has no time at its first or last call; left out" in timetable.faults


def test_a_call_at_an_unknown_stop_is_left_out_and_the_trip_kept(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:00:00,08:00:00,a,1", "t1,08:02:00,08:02:00,zz,2", "t1,08:04:00,08:04:00,c,3"]
    timetable = make_timetable(stop_times=rows)
    assert timetable.call_sequence.tolist() == [1, 3]
    assert "stop_times.txt:3: stop_id 'zz' is not in stops.txt; call left out" in timetable.faults


def test_rows_out_of_order_are_put_in_order_by_sequence(make_timetable: Compile) -> None:
    rows = [HEADER, "t1,08:09:00,08:09:00,c,30", "t1,08:00:00,08:00:00,a,1", "t1,08:02:00,08:02:00,b,7"]
    assert make_timetable(stop_times=rows).call_sequence.tolist() == [1, 7, 30]


@given(
    clock=st.lists(st.one_of(st.none(), st.integers(0, 30 * 3600)), min_size=2, max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_feed_says_compiled_times_never_run_back(make_timetable: Compile, clock: list[int | None]) -> None:
    clock[0], clock[-1] = clock[0] or 0, clock[-1] or 3600
    written = ["" if at is None else f"{at // 3600}:{at // 60 % 60:02d}:{at % 60:02d}" for at in clock]
    rows = [f"t1,{time},{time},{'abcd'[place % 4]},{place}" for place, time in enumerate(written)]
    flat = np.array(_times(make_timetable(stop_times=[HEADER, *rows]))).ravel()
    assert (np.diff(flat) >= 0).all()
