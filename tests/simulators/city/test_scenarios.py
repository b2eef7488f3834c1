from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from simulators.city.city import City
from simulators.city.conditions import Conditions
from simulators.city.devices import PERFECT, DeviceFaults
from simulators.city.duties import lay_out_duties
from simulators.city.scenarios import SCENARIOS, ScenarioError, combine, read_fault, read_scenario
from tests.simulators.city.driven_day import drive_day
from transit.timetable.compiled import Timetable

MORNING = int(datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
DAY = datetime(2026, 11, 24).toordinal()  # noqa: DTZ001 - a date, no moment


def vehicles(city: City, at: int = MORNING) -> list[pb.FeedEntity]:
    return list(city.positions_at(at).entity)


@pytest.fixture(scope="module")
def usual(timetable: Timetable) -> City:
    city = City(timetable, 7, PERFECT)
    city.positions_at(MORNING)
    return city


def driven_alike(city: City) -> dict[int, Any]:
    """The city's days as it has driven them, of which no device has reported yet."""
    return {day: type(each)(each.drive) for day, each in city._days.items()}


DEVICE_SCENARIOS = [each for each in SCENARIOS if each.devices and not each.conditions and each.name != "outage"]


@pytest.mark.parametrize("scenario", DEVICE_SCENARIOS, ids=lambda each: each.name)
def test_a_scenario_of_devices_changes_what_is_told_and_nothing_of_what_is(
    scenario: object, usual: City, timetable: Timetable
) -> None:
    assert isinstance(scenario, type(SCENARIOS[0]))
    blurred = {**vars_of(PERFECT), "gps_error_m": 4.0}
    said = []
    for changes in ({}, scenario.devices):
        city = City(timetable, 7, DeviceFaults(**{**blurred, **changes}))
        city._days = driven_alike(usual)
        said.append([city.positions_at(at).SerializeToString() for at in (MORNING + 10, MORNING + 1210)])
    assert said[0] != said[1]


def vars_of(faults: DeviceFaults) -> dict[str, float]:
    return {name: getattr(faults, name) for name in faults.__dataclass_fields__}


def test_two_devices_stand_side_by_side_and_repeats_under_one_id(usual: City, timetable: Timetable) -> None:
    plain = vehicles(usual)
    double = City(timetable, 7, DeviceFaults(**{**vars_of(PERFECT), "double_ratio": 1.0}))
    double._days = driven_alike(usual)
    assert len(vehicles(double)) == 2 * len(plain)
    repeated = City(timetable, 7, DeviceFaults(**{**vars_of(PERFECT), "repeated_ratio": 1.0}))
    repeated._days = driven_alike(usual)
    ids = [entity.id for entity in vehicles(repeated)]
    assert len(ids) == 2 * len(set(ids))


def test_reports_come_half_as_often_and_at_no_even_pace(timetable: Timetable) -> None:
    def gaps(**faults: float) -> np.ndarray:
        city = City(timetable, 7, DeviceFaults(lost_ratio=0.0, silent_ratio=0.0, late_ratio=0.0, **faults))
        seen: dict[str, set[int]] = {}
        for at in range(MORNING, MORNING + 400, 4):
            for entity in vehicles(city, at):
                seen.setdefault(entity.id, set()).add(entity.vehicle.timestamp)
        return np.concatenate([np.diff(sorted(moments)) for moments in seen.values() if len(moments) > 2])

    usual, seldom = gaps(), gaps(interval_times=2.0)
    assert 1.8 < seldom.mean() / usual.mean() < 2.3
    assert gaps(jitter_s=25.0).std() > usual.std() + 2


def test_a_counter_that_misses_riders_tells_so_many_fewer(timetable: Timetable) -> None:
    told = [
        sum(each.vehicle.occupancy_percentage for each in vehicles(City(timetable, 7, DeviceFaults(**faults))))
        for faults in ({}, {"counter_missed_ratio": 0.3})
    ]
    assert told[1] / told[0] == pytest.approx(0.7, abs=0.03)


def test_a_feed_that_is_out_stands_still(usual: City, timetable: Timetable) -> None:
    out = City(timetable, 7, DeviceFaults(outage_ratio=1.0))
    out._days = driven_alike(usual)
    first, second = (out.positions_at(at).SerializeToString() for at in (MORNING + 10, MORNING + 300))
    assert first == second


def test_cancelled_vehicles_drive_nothing_more_and_the_rest_of_the_day_is_as_planned(timetable: Timetable) -> None:
    plan = lay_out_duties(timetable, DAY, 7, Conditions(cancelled_ratio=0.0, short_turn_ratio=0.0))
    duties = lay_out_duties(timetable, DAY, 7, Conditions(cancelled_ratio=0.2, short_turn_ratio=0.0))
    assert len(duties.cancelled.trip) > 50
    assert len(duties.cancelled.trip) + len(duties.runs.trip) == len(plan.runs.trip)


def test_a_run_that_turns_short_leaves_its_last_stops_to_others_and_its_way_back_begins_there(
    timetable: Timetable,
) -> None:
    like = Conditions(cancelled_ratio=0.0, short_turn_ratio=0.2)
    duties = lay_out_duties(timetable, DAY, 7, like)
    calls = np.diff(timetable.pattern_call_offset)[timetable.trip_pattern[duties.runs.trip]]
    short = np.flatnonzero(duties.last_served < calls - 1)
    assert len(short) > 50
    assert (duties.first_served[short + 1] > 0).all()
    day = drive_day(timetable, DAY, 7, like)
    assert (np.diff(day.arrival)[np.diff(duties.duty) == 0] > 0).all()


def test_a_file_and_the_command_line_change_the_same_things(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('what = "fog"\n[devices]\nfrozen_ratio = 0.5\n[conditions]\ndemand = 2\n')
    faults, conditions = combine([read_scenario(str(file)), read_fault("gps_error_m=9")])
    assert (faults.frozen_ratio, faults.gps_error_m, conditions.demand) == (0.5, 9.0, 2.0)


@pytest.mark.parametrize("words", ["fog", "fog.toml"])
def test_an_unknown_scenario_is_one_clear_line(words: str) -> None:
    with pytest.raises(ScenarioError, match="fog"):
        read_scenario(words)


@pytest.mark.parametrize("words", ["frozen", "frozen=1", "frozen_ratio=x", "frozen_ratio=-1"])
def test_a_fault_that_cannot_be_is_one_clear_line(words: str) -> None:
    with pytest.raises(ScenarioError):
        read_fault(words)
