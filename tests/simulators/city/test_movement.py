from datetime import date

import numpy as np
import pytest

from simulators.city.movement import DrivenDay
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
