from collections import Counter
from datetime import datetime

import numpy as np
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.city.city import City
from simulators.city.conditions import Conditions
from simulators.city.devices import REPORT_AGE_MAX_S
from simulators.city.movement import Drive, begin_day
from transit.timetable.compiled import Timetable


def _at(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


RUSH = _at("2026-11-25T08:10:00+08:00")
NIGHT = _at("2026-11-25T02:30:00+08:00")


def _bytes(message: pb.FeedMessage) -> bytes:
    return bytes(message.SerializeToString(deterministic=True))


def test_a_city_started_now_shows_what_one_that_ran_for_hours_shows(timetable: Timetable, city: City) -> None:
    for at in range(RUSH - 7200, RUSH + 1, 600):
        running = city.positions_at(at)
    assert _bytes(running) == _bytes(City(timetable, 7).positions_at(RUSH))
    assert _bytes(running) != _bytes(City(timetable, 8).positions_at(RUSH))


def test_a_day_that_was_left_and_is_asked_about_again_reports_as_it_would_have(timetable: Timetable) -> None:
    city = City(timetable, 7)
    city.feed_at(RUSH)
    for days in (3, 4, 5, 6):
        city.alerts_at(RUSH + days * 86_400)
    assert city.feed_at(RUSH + 300) == City(timetable, 7).feed_at(RUSH + 300)


def test_who_goes_to_and_fro_between_two_days_drives_neither_twice(
    timetable: Timetable, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    def begin(timetable: Timetable, day: int, seed: int, like: Conditions) -> Drive:
        begun.append(day)
        return begin_day(timetable, day, seed, like)

    monkeypatch.setattr("simulators.city.city.begin_day", begin)
    city = City(timetable, 7)
    for at in (RUSH, RUSH + 3 * 86_400, RUSH + 300):
        city.feed_at(at)
    assert len(begun) == len(set(begun)) == 4


def test_a_day_without_service_has_no_vehicles_and_nothing_to_tell(timetable: Timetable) -> None:
    city = City(timetable, 7)
    long_after = RUSH + 20 * 365 * 86_400
    assert not city.positions_at(long_after).entity
    assert not city.trip_updates_at(long_after).entity
    assert not city.alerts_at(long_after).entity
    assert city.driven_days() == []


@pytest.mark.parametrize("at", [RUSH, NIGHT])
def test_the_first_message_of_a_city_has_vehicles_under_way(timetable: Timetable, at: int) -> None:
    message = City(timetable, 7).positions_at(at)
    moving = [entity for entity in message.entity if entity.vehicle.position.speed > 1]
    assert len(moving) >= 5


@pytest.mark.parametrize("hour", range(24))
def test_there_are_vehicles_at_every_hour_of_the_day(city: City, hour: int) -> None:
    message = city.positions_at(_at(f"2026-11-25T{hour:02d}:20:00+08:00"))
    assert len(message.entity) >= 8


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 26 * 3600))
def test_every_report_can_be_used_as_an_operators(city: City, timetable: Timetable, after_s: int) -> None:
    at = _at("2026-11-24T23:00:00+08:00") + after_s
    message = city.positions_at(at)
    assert message.IsInitialized()
    assert message.header.timestamp == at
    ids = Counter(entity.vehicle.vehicle.id for entity in message.entity)
    assert not ids or ids.most_common(1)[0][1] == 1
    for entity in message.entity:
        report = entity.vehicle
        assert at - REPORT_AGE_MAX_S < report.timestamp <= at
        assert timetable.trip_id.find(report.trip.trip_id) >= 0
        assert timetable.line_id.find(report.trip.route_id) >= 0
        assert 30 < report.position.latitude < 31
        assert 0 <= report.position.bearing <= 360


def test_a_run_by_frequency_says_which_start_it_is(city: City) -> None:
    trips = [entity.vehicle.trip for entity in city.positions_at(RUSH).entity if entity.vehicle.trip.start_time]
    assert {trip.route_id for trip in trips} == {"bus-2"}
    assert len({(trip.trip_id, trip.start_time) for trip in trips}) == len(trips) > 3


def test_a_night_bus_after_midnight_belongs_to_yesterday(city: City) -> None:
    dates = {entity.vehicle.trip.start_date for entity in city.positions_at(NIGHT).entity}
    assert dates == {"20261124"}


def test_trains_say_their_platform_and_each_carriage(city: City, timetable: Timetable) -> None:
    trains = [e.vehicle for e in city.positions_at(RUSH).entity if e.vehicle.trip.route_id.startswith("subway")]
    assert trains
    for train in trains:
        assert timetable.stop_id.find(train.stop_id) >= 0
        assert [car.carriage_sequence for car in train.multi_carriage_details] == [1, 2, 3, 4, 5, 6]


def test_a_perfect_device_stands_on_the_street_and_a_real_one_beside_it(city: City, perfect_city: City) -> None:
    true = {e.id: e.vehicle for e in perfect_city.positions_at(RUSH).entity}
    off_m = []
    for entity in city.positions_at(RUSH).entity:
        if entity.id in true and true[entity.id].timestamp == entity.vehicle.timestamp:
            off = entity.vehicle.position.latitude - true[entity.id].position.latitude
            off_m.append(abs(off) * 111_195)
    assert len(off_m) > 50
    assert 1 < np.median(off_m) < 10


def test_reports_come_at_the_devices_own_pace(city: City) -> None:
    seen: dict[str, set[int]] = {}
    for at in range(RUSH, RUSH + 240, 5):
        for entity in city.positions_at(at).entity:
            seen.setdefault(entity.id, set()).add(entity.vehicle.timestamp)
    gaps = np.concatenate([np.diff(sorted(times)) for times in seen.values() if len(times) > 3])
    assert 8 <= np.median(gaps) <= 20
    assert np.percentile(gaps, 99) < 120


def test_the_city_is_fuller_in_the_rush_than_at_night(city: City) -> None:
    def load(at: int) -> float:
        return float(np.mean([e.vehicle.occupancy_percentage for e in city.positions_at(at).entity]))

    assert load(RUSH) > 3 * load(NIGHT)
