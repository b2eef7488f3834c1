from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transit.timetable.compiled import Timetable
from transit.timetable.find_run import find_run
from transit.timetable.next_in_block import find_next_in_block, list_later_in_block
from transit.timetable.runs import list_line_runs
from transit.timetable.service_day import service_day_start_s
from transit.timetable.services_on import is_service_on, services_on
from transit.timetable.stop_board import BoardCalls, StopBoards
from transit.timetable.validity import Validity, validity_on
from transit.timetable.views import list_group_lines, list_group_patterns, view_pattern

Compile = Callable[..., Timetable]
TODAY = date(2026, 2, 16).toordinal()
MIDNIGHT = service_day_start_s("Europe/Paris", TODAY)
HOUR = 3600
NIGHT = [
    "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
    "t1,23:50:00,23:50:00,a,1",
    "t1,24:20:00,24:21:00,b,2",
    "t1,24:50:00,24:50:00,c,3",
]
FREQUENCIES = "trip_id,start_time,end_time,headway_secs,exact_times"


def _board(timetable: Timetable, stop: str, first_s: float, end_s: float) -> BoardCalls:
    return StopBoards(timetable).list_calls(timetable.stop_id.find(stop), first_s=first_s, end_s=end_s)


def test_a_board_lists_calls_as_they_leave(make_timetable: Compile) -> None:
    timetable = make_timetable()
    board = _board(timetable, "b", MIDNIGHT + 8 * HOUR, MIDNIGHT + 10 * HOUR)
    assert (board.leaves_at - MIDNIGHT).tolist() == [8 * HOUR + 150, 9 * HOUR + 210]
    assert [timetable.trip_id[trip] for trip in board.trip] == ["t1", "t2"]
    assert [timetable.stop_id[timetable.call_stop[call]] for call in board.call] == ["b", "b"]
    assert board.service_day.tolist() == [TODAY, TODAY]


def test_at_its_last_call_a_trip_stands_on_the_board_with_its_arrival(make_timetable: Compile) -> None:
    board = _board(make_timetable(), "d", MIDNIGHT + 8 * HOUR, MIDNIGHT + 8.5 * HOUR)
    assert (board.leaves_at - MIDNIGHT).tolist() == [8 * HOUR + 360]


def test_the_end_of_the_span_is_not_in_it(make_timetable: Compile) -> None:
    timetable, leaves = make_timetable(), MIDNIGHT + 8 * HOUR + 150
    assert len(_board(timetable, "b", leaves, leaves + 1).trip) == 1
    assert len(_board(timetable, "b", leaves - 1, leaves).trip) == 0


def test_after_midnight_yesterdays_trips_stand_on_the_board(make_timetable: Compile) -> None:
    board = _board(make_timetable(stop_times=NIGHT), "b", MIDNIGHT, MIDNIGHT + HOUR)
    assert board.service_day.tolist() == [TODAY - 1]
    assert (board.leaves_at - MIDNIGHT).tolist() == [21 * 60]


def test_a_board_has_the_runs_of_an_exact_frequency_and_none_of_an_inexact(make_timetable: Compile) -> None:
    exact = make_timetable(frequencies=[FREQUENCIES, "t1,08:00:00,08:30:00,600,1"])
    board = _board(exact, "b", MIDNIGHT + 8 * HOUR, MIDNIGHT + 8.9 * HOUR)
    assert board.start_s.tolist() == [8 * HOUR, 8 * HOUR + 600, 8 * HOUR + 1200]
    assert (board.leaves_at - MIDNIGHT).tolist() == [8 * HOUR + 120 + 600 * run for run in range(3)]
    inexact = make_timetable(frequencies=[FREQUENCIES, "t1,08:00:00,08:30:00,600,0"])
    assert len(_board(inexact, "b", MIDNIGHT + 8 * HOUR, MIDNIGHT + 8.9 * HOUR).trip) == 0


@given(
    departs_s=st.integers(0, 30 * HOUR),
    day=st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)]),
)
@settings(max_examples=40, deadline=None)
def test_a_call_stands_on_the_board_at_its_moment_also_when_clocks_change(
    make_timetable: Compile, departs_s: int, day: date
) -> None:
    written = [f"{at // HOUR}:{at // 60 % 60:02d}:{at % 60:02d}" for at in (departs_s, departs_s + 600)]
    rows = [f"t1,{time},{time},{stop},{place}" for place, (time, stop) in enumerate(zip(written, "ab", strict=True))]
    timetable = make_timetable(stop_times=[NIGHT[0], *rows])
    leaves_at = service_day_start_s("Europe/Paris", day.toordinal()) + departs_s
    board = _board(timetable, "a", leaves_at, leaves_at + 1)
    assert day.toordinal() in board.service_day.tolist()
    runs = list_line_runs(timetable, 0, first_s=leaves_at, end_s=leaves_at + 1)
    assert day.toordinal() in runs.service_day.tolist()


def test_a_stop_without_calls_has_an_empty_board(make_timetable: Compile) -> None:
    assert len(_board(make_timetable(stop_times=NIGHT), "d", MIDNIGHT, MIDNIGHT + 24 * HOUR).trip) == 0


def test_runs_of_a_line_are_those_under_way_in_the_span(make_timetable: Compile) -> None:
    timetable = make_timetable()
    runs = list_line_runs(timetable, 0, first_s=MIDNIGHT + 8 * HOUR + 300, end_s=MIDNIGHT + 9 * HOUR + 1)
    assert [timetable.trip_id[trip] for trip in runs.trip] == ["t1", "t2"]
    assert (runs.starts_at - MIDNIGHT).tolist() == [8 * HOUR + 30, 9 * HOUR]
    none = list_line_runs(timetable, 0, first_s=MIDNIGHT + 8 * HOUR + 361, end_s=MIDNIGHT + 9 * HOUR)
    assert len(none.trip) == 0


def test_a_frequency_makes_a_run_each_headway_until_its_end(make_timetable: Compile) -> None:
    timetable = make_timetable(frequencies=[FREQUENCIES, "t1,08:00:00,09:00:00,1200,0"])
    runs = list_line_runs(timetable, 0, first_s=MIDNIGHT + 7 * HOUR, end_s=MIDNIGHT + 9 * HOUR)
    assert runs.start_s.tolist() == [8 * HOUR, 8 * HOUR + 1200, 8 * HOUR + 2400]
    assert runs.frequency.tolist() == [0, 0, 0]


def test_a_trip_past_midnight_belongs_to_yesterday(make_timetable: Compile) -> None:
    timetable = make_timetable(stop_times=NIGHT)
    run = find_run(timetable, "t1", at_s=MIDNIGHT + 20 * 60)
    assert run is not None
    assert run.service_day == TODAY - 1
    assert run.starts_at == MIDNIGHT - 10 * 60


def test_before_it_starts_a_trip_belongs_to_today(make_timetable: Compile) -> None:
    run = find_run(make_timetable(stop_times=NIGHT), "t1", at_s=MIDNIGHT + 23 * HOUR)
    assert run is not None
    assert run.service_day == TODAY


def test_a_given_service_date_is_believed_over_the_calendar(make_timetable: Compile) -> None:
    long_after = date(2030, 1, 1).toordinal()
    run = find_run(make_timetable(), "t1", at_s=MIDNIGHT, service_day=long_after)
    assert run is not None
    assert run.service_day == long_after


def test_an_unknown_trip_or_one_that_runs_on_no_day_near_has_no_run(make_timetable: Compile) -> None:
    timetable = make_timetable()
    assert find_run(timetable, "zz", at_s=MIDNIGHT) is None
    assert find_run(timetable, "t1", at_s=datetime(2031, 1, 1, tzinfo=UTC).timestamp()) is None


@pytest.mark.parametrize(("minute", "start"), [(5, 0), (19, 0), (20, 20), (59, 40), (70, 40), (-30, 0)])
def test_of_a_frequencys_runs_the_one_that_started_last_is_meant(
    make_timetable: Compile, minute: int, start: int
) -> None:
    timetable = make_timetable(frequencies=[FREQUENCIES, "t1,08:00:00,09:00:00,1200,0"])
    run = find_run(timetable, "t1", at_s=MIDNIGHT + 8 * HOUR + 60 * minute, service_day=TODAY)
    assert run is not None
    assert run.start_s == 8 * HOUR + 60 * start
    named = find_run(timetable, "t1", at_s=MIDNIGHT, service_day=TODAY, start_s=8 * HOUR + 60 * start)
    assert named == run


def test_on_the_day_clocks_change_times_count_from_noon_less_twelve_hours(make_timetable: Compile) -> None:
    day = date(2026, 3, 29).toordinal()
    run = find_run(make_timetable(), "t1", at_s=0, service_day=day)
    assert run is not None
    assert datetime.fromtimestamp(run.starts_at, UTC) == datetime(2026, 3, 29, 6, 0, 30, tzinfo=UTC)


def test_a_vehicle_goes_on_with_the_next_trip_of_its_block_that_runs_that_day(
    make_timetable: Compile, base: Mapping[str, Sequence[str]]
) -> None:
    calendar = [*base["calendar.txt"], "sunday,0,0,0,0,0,0,1,20260101,20261231"]
    trips = [base["trips.txt"][0], "L1,daily,t1,,0,B,", "L1,sunday,t2,,1,B,"]
    timetable = make_timetable(calendar=calendar, trips=trips)
    first, second = timetable.trip_id.find("t1"), timetable.trip_id.find("t2")
    assert find_next_in_block(timetable, first, date(2026, 2, 22).toordinal()) == second
    assert find_next_in_block(timetable, first, TODAY) is None
    assert list_later_in_block(timetable, second, TODAY) == []
    assert find_next_in_block(make_timetable(), 0, TODAY) is None


def test_services_run_on_their_days(make_timetable: Compile) -> None:
    timetable = make_timetable()
    assert services_on(timetable, TODAY).tolist() == [True]
    assert services_on(timetable, date(2027, 1, 1).toordinal()).tolist() == [False]
    assert is_service_on(timetable, 0, date(2026, 12, 31).toordinal())
    assert not is_service_on(timetable, 0, date(2027, 1, 1).toordinal())


def test_a_timetable_is_valid_from_its_first_day_to_its_last(make_timetable: Compile) -> None:
    timetable = make_timetable()
    days = {(2025, 12, 31): Validity.NOT_YET_VALID, (2026, 1, 1): Validity.VALID, (2026, 12, 31): Validity.VALID}
    for day, validity in {**days, (2027, 1, 1): Validity.EXPIRED}.items():
        assert validity_on(timetable, date(*day).toordinal()) == validity


def test_a_pattern_and_a_line_group_can_be_looked_at(make_timetable: Compile) -> None:
    timetable = make_timetable()
    view = view_pattern(timetable, 1)
    assert [timetable.stop_id[stop] for stop in view.stops] == ["d", "b", "a"]
    assert view.sequences.tolist() == [1, 2, 3]
    assert np.all(np.diff(view.progress_m) > 0)
    assert [timetable.trip_id[trip] for trip in view.trips] == ["t2"]
    assert list_group_lines(timetable, 0) == [0]
    assert list_group_patterns(timetable, 0) == [0, 1]
