from datetime import date

import numpy as np
import pytest

from simulators.city.movement import DrivenDay, begin_day
from simulators.city.whereabouts import Tracks
from tests.simulators.city.driven_day import drive_day
from transit.timetable.compiled import Timetable

WEDNESDAY = date(2026, 11, 25).toordinal()


@pytest.fixture(scope="module")
def day(timetable: Timetable) -> DrivenDay:
    return drive_day(timetable, WEDNESDAY, 7)


def _by_vehicle(day: DrivenDay) -> np.ndarray:
    return np.asarray(day.duties.duty[1:] == day.duties.duty[:-1])


def test_the_same_day_and_seed_are_driven_the_same(timetable: Timetable, day: DrivenDay) -> None:
    again, other = drive_day(timetable, WEDNESDAY, 7), drive_day(timetable, WEDNESDAY, 8)
    assert day.arrival.tobytes() == again.arrival.tobytes()
    assert day.load.tobytes() == again.load.tobytes()
    assert day.arrival.tobytes() != other.arrival.tobytes()


def test_every_call_of_the_day_is_made_in_order(day: DrivenDay) -> None:
    assert (day.departure >= day.arrival).all()
    assert (day.arrival[1:] > day.departure[:-1])[_by_vehicle(day)].all()


def test_nobody_appears_or_vanishes_aboard(day: DrivenDay) -> None:
    starts = day.duties.is_first == 1
    before = np.concatenate(([0.0], day.load[:-1]))
    before[day.duties.offset[:-1]] = 0.0
    assert (day.load == before - day.alighted + day.boarded).all()
    assert (day.load[day.duties.is_last == 1] == 0).all()
    assert (before[starts] == 0).all()
    assert (day.load <= day.room).all()
    assert day.load.min() >= 0


def test_no_trip_leaves_its_first_stop_before_its_time(day: DrivenDay) -> None:
    first = day.duties.is_first == 1
    assert (day.departure[first] >= day.duties.aimed_departure[first]).all()


def test_traffic_makes_buses_late_and_trains_hardly(timetable: Timetable, day: DrivenDay) -> None:
    late = day.departure - day.duties.aimed_departure
    train = timetable.line_route_type[timetable.pattern_line[timetable.call_pattern[day.duties.call]]] == 1
    assert np.abs(late[train]).mean() < np.abs(late[~train]).mean()
    assert 10 < np.median(np.abs(late[~train])) < 200
    assert np.percentile(late[~train], 99) < 1500


def test_buses_bunch_along_the_line_though_they_start_evenly(timetable: Timetable, day: DrivenDay) -> None:
    duties = day.duties
    pattern = timetable.call_pattern[duties.call]
    spread: dict[bool, list[float]] = {True: [], False: []}
    for number in np.unique(pattern):
        if timetable.line_route_type[timetable.pattern_line[number]] != 3:
            continue
        calls = np.arange(timetable.pattern_call_offset[number], timetable.pattern_call_offset[number + 1])
        for call, at_start in ((calls[0], True), (calls[-2], False)):
            peak = (duties.call == call) & (
                np.abs(duties.aimed_departure - duties.aimed_departure.min() - 3.2 * 3600) < 3600
            )
            if peak.sum() >= 8:
                gaps = np.diff(np.sort(day.departure[peak]))
                spread[at_start].append(float(gaps.std() / gaps.mean()))
    assert np.mean(spread[False]) > 2 * np.mean(spread[True])


def test_a_few_stops_have_most_riders_and_buses_drive_past_where_nobody_wants_them(
    timetable: Timetable, day: DrivenDay
) -> None:
    duties = day.duties
    bus = ~day.is_train[duties.run_of(np.arange(len(duties)))] & (duties.is_first == 0) & (duties.is_last == 0)
    wanted = day.boarded + day.alighted > 0
    stood = day.departure > day.arrival
    assert stood[bus & wanted].all()
    assert 0.05 < 1 - wanted[bus].mean() < 0.4
    assert stood[bus & ~wanted & ~timetable.call_timepoint[duties.call]].mean() < 0.01
    riders = np.sort(np.bincount(timetable.call_stop[duties.call[bus]], weights=day.boarded[bus]))[::-1]
    assert riders[: len(riders) // 4].sum() > 0.5 * riders.sum()


def test_a_bus_that_nobody_wants_does_not_slow_down_for_the_stop(timetable: Timetable, day: DrivenDay) -> None:
    rows = np.arange(1, len(day.duties) - 1)
    inner = (day.duties.is_first[rows] == 0) & (day.duties.is_last[rows] == 0) & ~day.is_train[day.duties.run_of(rows)]
    passed = rows[inner & ~day.stood_at(rows) & (day.made.signal_s[rows - 1] == 0)]
    stood = rows[inner & day.stood_at(rows) & (day.made.signal_s[rows - 1] == 0)]

    def end_mps(at_rows: np.ndarray) -> float:
        vehicles = day.duties.duty[at_rows].astype(np.int64)
        return float(np.median(Tracks(timetable, day).locate(vehicles, day.arrival_of(at_rows) - 0.1).speed_mps))

    assert end_mps(passed[:500]) > 1.3 * end_mps(stood[:500])


def test_buses_wait_for_the_signal_right_behind_some_stops_only(timetable: Timetable) -> None:
    drive = begin_day(timetable, WEDNESDAY, 7)
    drive.until(drive.day.duties.starts_at + 9 * 3600)
    day, behind = drive.day, drive.said.signal_behind
    assert 0.15 < behind.mean() < 0.35
    rows = np.flatnonzero(day.is_made & (day.duties.is_first == 0) & (day.duties.is_last == 0))
    rows = rows[~day.is_train[day.duties.run_of(rows)] & day.stood_at(rows)]
    stood = day.departure_of(rows) - day.arrival_of(rows)
    long = stood > 40
    at_signal = behind[timetable.call_stop[day.duties.call_of(rows)]]
    assert long[at_signal].mean() > 3 * long[~at_signal].mean()


def test_vehicles_move_on_smoothly_and_never_back(timetable: Timetable, day: DrivenDay) -> None:
    tracks = Tracks(timetable, day)
    vehicles = np.arange(len(day.duties.offset) - 1)
    at = float(day.duties.aimed_departure.min()) + 3 * 3600
    before = tracks.locate(vehicles, np.full(len(vehicles), at))
    for step in range(1, 120):
        after = tracks.locate(vehicles, np.full(len(vehicles), at + step * 2.0))
        same = (day.duties.run[before.row] == day.duties.run[after.row]) & before.in_service & after.in_service
        moved = (after.progress_m - before.progress_m)[same]
        assert moved.min() >= -1e-6
        assert moved.max() < 2 * 45
        before = after
    assert before.in_service.sum() > 50
