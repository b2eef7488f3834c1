"""What trains do: when they leave, which starts are believed, and what earlier days add."""

from typing import Any

import numpy as np
import pytest

from schemas.line_forecasts import RunState
from transit.history.learn import learn_history
from transit.history.observed import HopSeen
from transit.tracking.hop_times import scheduled_total_s
from transit.tracking.line_tables import build_line_tables
from transit.tracking.untimed_hops import time_untimed

FIRST, SECOND = "s0-20000", "s1000-20000"


def wait(metro: Any, at: int, trip: str = "train-2", **report: Any) -> None:
    metro.say(at, {"trip": trip, "x_m": 0.0, "y_m": 20_000.0, "stop_id": FIRST, "current_status": 1, **report})


def test_a_waiting_train_is_told_to_leave_on_time(metro: Any) -> None:
    wait(metro, 0)
    assert metro.run("train-2").state is RunState.NOT_DEPARTED
    assert metro.times("train-2")[0][4] == 300


def test_a_train_that_is_late_is_told_to_leave_soon_again_and_again(metro: Any) -> None:
    for at in range(300, 600, 30):
        wait(metro, at)
        left = metro.times("train-2")[0][4]
        assert at < left <= at + 420


def test_an_added_train_that_the_timetable_knows_leaves_by_it(metro: Any) -> None:
    wait(metro, 0, schedule_relationship=1, start_time="08:04:30")
    assert metro.times("train-2")[0][4] == 300


def test_an_added_train_leaves_when_the_feed_says_it_starts(metro: Any) -> None:
    wait(metro, 0, trip="extra", schedule_relationship=1, start_time="08:10:00")
    assert metro.times("extra")[0][4] == 600


def test_a_silent_train_that_is_overdue_is_told_of_no_more_but_one_due_later_is(metro: Any) -> None:
    wait(metro, 0, trip="train-1", vehicle="v1")
    wait(metro, 0, trip="extra", vehicle="v2", schedule_relationship=1, start_time="08:15:00")
    metro.say(500)
    assert metro.find("train-1") is None
    assert metro.find("extra") is not None


def test_a_train_whose_stop_is_none_of_the_pattern_guessed_for_it_is_not_told_of(metro: Any) -> None:
    wait(metro, 0, trip="extra", route_id="metro")
    assert metro.find("extra") is not None
    wait(metro, 30, trip="extra", route_id="metro", stop_id="s0-0")
    assert metro.find("extra") is None


def test_hops_without_time_take_the_lines_usual_speed(draw: Any) -> None:
    untimed = build_line_tables(draw(hop_s=60), "metro")
    assert (untimed.calls["usual_run_s"][1:6] == 90.0).all(), "90 s for 1000 m is plausible and kept"
    untimed.calls["usual_run_s"][3] = 0.0
    time_untimed(untimed.calls, np.arange(1, 6), np.array([0]))
    assert untimed.calls["usual_run_s"][3] == 90.0
    assert untimed.calls["glued"][3] == -1


def test_a_stop_list_glued_to_another_goes_on_from_the_junction(draw: Any) -> None:
    """Six stops of one branch; then three of another, which leaves the first at its third stop, ahead and aside."""
    calls = np.zeros(9, build_line_tables(draw(hop_s=60), "metro").calls.dtype)
    calls["x_m"] = [0, 1000, 2000, 3000, 4000, 5000, 2900, 3800, 4700]
    calls["y_m"] = [0, 0, 0, 0, 0, -1000, 400, 850, 1300]
    calls["progress_m"] = [0, 1000, 2000, 3000, 4000, 5414, 8133, 9139, 10145]
    calls["usual_run_s"] = [0, 70, 70, 70, 70, 70, 0, 0, 0]
    calls["usual_dwell_s"] = [0, 30, 30, 30, 30, 0, 0, 0, 0]
    calls["glued"] = -1

    time_untimed(calls, np.arange(1, 9), np.array([0]))

    assert calls["glued"].tolist() == [-1] * 6 + [2, -1, -1]
    assert calls["usual_run_s"][6] == pytest.approx(985 / 5414 * 350, abs=0.1)
    assert calls["usual_run_s"][7:].tolist() == pytest.approx([1006 / 5414 * 350] * 2), "at the line's usual speed"
    assert (calls["usual_dwell_s"][6:8] == 30.0).all(), "and it stands at them as elsewhere"


def test_a_history_tells_how_long_a_hop_takes_before_any_train_was_seen(metro: Any, taught: Any) -> None:
    seen = [HopSeen(SECOND, "s2000-20000", 0, -1, 1_000_000, 200, 170, 30)] * 30
    history = learn_history(seen, [], [], 1)
    drives = (metro, taught("metro", history))
    for drive in drives:
        wait(drive, 0)
    gaps = [drive.times("train-2")[2][1] - drive.times("train-2")[1][1] for drive in drives]
    assert abs(gaps[0] - 90) < 30
    assert gaps[1] > 150


def test_todays_trains_soon_outweigh_what_earlier_days_taught(taught: Any) -> None:
    history = learn_history([HopSeen(SECOND, "s2000-20000", 0, -1, 1_000_000, 200, 170, 30)] * 30, [], [], 1)
    drive = taught("metro", history)
    for i in range(8):
        start, train = (
            300 * i,
            {"trip": f"extra-{i}", "vehicle": f"v{i}", "route_id": "metro", "schedule_relationship": 1},
        )
        for k in range(4):
            stop = {"x_m": 1000.0 * k, "y_m": 20_000.0, "stop_id": f"s{1000 * k}-20000"}
            drive.say(start + 90 * k, {**train, **stop, "current_status": 1})
            ahead = {"x_m": 1000.0 * k + 300, "y_m": 20_000.0, "stop_id": f"s{1000 * k + 1000}-20000"}
            drive.say(start + 90 * k + 30, {**train, **ahead, "current_status": 2})
    wait(drive, 2500, trip="last", vehicle="v9", route_id="metro", schedule_relationship=1, start_time="08:42:00")
    gap = drive.times("last")[2][1] - drive.times("last")[1][1]
    assert 90 < gap < 170


def ride(metro: Any, at: int, x_m: float, status: int, to_stop: str) -> None:
    metro.say(at, {"trip": "train-1", "x_m": x_m, "y_m": 20_000.0, "stop_id": to_stop, "current_status": status})


def test_a_train_said_to_come_in_comes_sooner_than_one_on_its_way_at_the_same_place(drive: Any) -> None:
    comes = []
    for status in (0, 2):
        metro = drive("metro")
        ride(metro, 0, 0.0, 1, FIRST)
        ride(metro, 40, 200.0, status, SECOND)
        comes.append(metro.times("train-1")[1][1] - 40)
    assert comes[0] <= 70, "a minute, and what the settling of the first forecast adds"
    assert comes[1] > comes[0] + 10


def test_a_train_slower_than_those_before_it_is_told_to_stay_slow(drive: Any) -> None:
    """The same hop ahead that only others were seen on: one train was half as slow again on the two behind it."""
    gaps = []
    for slower in (1.0, 1.5):
        metro = drive("metro")
        for i in range(6):
            journey(metro, 600 * i, "train-1" if i == 0 else f"extra-{i}", 1.0, 5)
        journey(metro, 4000, "extra-6", slower, 3)
        told = metro.times("extra-6")
        gaps.append(told[4][1] - told[3][1])
    assert gaps[1] > gaps[0]


def test_one_train_that_ran_through_says_little_of_the_next_and_a_second_is_believed(drive: Any) -> None:
    gaps = []
    for hasty in range(3):
        metro = drive("metro")
        for i in range(hasty):
            journey(metro, 300 * i, f"extra-{i}", 0.4, 5)
        wait(metro, 900, trip="last", vehicle="v9", route_id="metro", schedule_relationship=1, start_time="08:20:00")
        told = metro.times("last")
        gaps.append(told[3][1] - told[2][1])
    assert gaps[0] - gaps[1] < 0.5 * (gaps[0] - 0.4 * 90), "less than half of the way"
    assert gaps[2] - 0.4 * 90 < 0.3 * (gaps[0] - 0.4 * 90)


def journey(metro: Any, begins: int, trip: str, slower: float, calls: int) -> None:
    """A train of its own that runs 70 s and stands 20 s, so often."""
    at = float(begins)
    for k in range(calls):
        x_m, stop = 1000.0 * k, f"s{1000 * k}-20000"
        for status in (1, 2):
            to_stop = stop if status == 1 else f"s{1000 * (k + 1)}-20000"
            report = {"trip": trip, "vehicle": trip, "route_id": "metro", "stop_id": to_stop}
            metro.say(round(at), {**report, "x_m": x_m, "y_m": 20_000.0, "current_status": status})
            at += slower * (20.0 if status == 1 else 70.0)
            if k == calls - 1:
                return


def test_a_train_still_before_its_pattern_comes_to_its_first_call_no_sooner_than_it_can(metro: Any) -> None:
    """The timetable's pattern begins at the second of the stops that this train calls at."""
    metro.say(300, {"trip": "train-2", "x_m": -2100.0, "y_m": 20_000.0, "stop_id": "s0-0", "current_status": 1})
    assert abs(metro.times("train-2")[0][4] - (300 + 300)) <= 1


def test_a_scheduled_wait_of_many_minutes_is_no_dwell(draw: Any) -> None:
    calls = build_line_tables(draw(), "metro").calls
    calls["usual_dwell_s"][2] = 30.0
    assert scheduled_total_s(calls[2], calls[3]) == calls["usual_run_s"][3] + 30.0
    calls["usual_dwell_s"][2] = 420.0
    assert scheduled_total_s(calls[2], calls[3]) == calls["usual_run_s"][3] + 35.0
