"""Reports whose words are wrong, as feeds have them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from simulators.city.city import City
from simulators.city.devices import DeviceFaults
from simulators.city.told_otherwise import WordFaults, tell_otherwise
from transit.timetable.compiled import Timetable

EIGHT = int(datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


@pytest.fixture(scope="module")
def told(timetable: Timetable) -> bytes:
    content: bytes = City(timetable, 7).positions_at(EIGHT).SerializeToString()
    return content


def spoilt(told: bytes, **faults: float) -> list[pb.VehiclePosition]:
    message = pb.FeedMessage.FromString(tell_otherwise(told, 7, WordFaults(**faults), EIGHT))
    return [entity.vehicle for entity in message.entity]


def plain(told: bytes) -> list[pb.VehiclePosition]:
    return [entity.vehicle for entity in pb.FeedMessage.FromString(told).entity]


def test_without_faults_nothing_is_changed(told: bytes) -> None:
    assert spoilt(told) == plain(told)


def test_trips_lose_their_service_date(told: bytes) -> None:
    assert any(vehicle.trip.start_date for vehicle in plain(told))
    assert not any(vehicle.trip.HasField("start_date") for vehicle in spoilt(told, no_start_date=1.0))


def test_a_trains_sequence_no_longer_agrees_with_its_stop(told: bytes) -> None:
    pairs = list(zip(plain(told), spoilt(told, wrong_sequence_ratio=1.0), strict=True))
    trains = [(was, now) for was, now in pairs if was.HasField("current_stop_sequence")]
    assert trains
    assert all(now.current_stop_sequence == was.current_stop_sequence + 1 for was, now in trains)
    assert all(now.stop_id == was.stop_id for was, now in trains)


def test_loads_are_unset_or_a_nought_of_no_class(told: bytes) -> None:
    assert not any(vehicle.HasField("occupancy_status") for vehicle in spoilt(told, unset_load_ratio=1.0))
    noughts = [v for v in spoilt(told, nought_load_ratio=1.0) if v.HasField("occupancy_percentage")]
    assert noughts
    assert {(v.occupancy_percentage, v.HasField("occupancy_status")) for v in noughts} == {(0, False)}


def test_percentages_are_absurd_and_a_carriage_has_none(told: bytes) -> None:
    odd = [v for v in spoilt(told, odd_percentage_ratio=1.0) if v.HasField("occupancy_percentage")]
    assert {v.occupancy_percentage for v in odd} == {300}
    assert {v.multi_carriage_details[0].occupancy_percentage for v in odd if v.multi_carriage_details} == {-1}


def test_a_carriage_is_left_out_and_short_trains_are_told_from_the_other_end(told: bytes) -> None:
    gaps = [v for v in spoilt(told, carriage_gap_ratio=1.0) if v.multi_carriage_details]
    assert gaps
    assert {tuple(each.carriage_sequence for each in v.multi_carriage_details) for v in gaps} == {(1, 3, 4, 5, 6)}
    whole = [v for v in plain(told) if v.multi_carriage_details]
    short = [v for v in spoilt(told, short_train_ratio=1.0) if v.multi_carriage_details]
    assert [each.id for each in short[0].multi_carriage_details] == ["6", "5", "4", "3"]
    assert [each.carriage_sequence for each in short[0].multi_carriage_details] == [1, 2, 3, 4]
    assert len(short) == len(whole)


def test_a_part_of_the_spells_is_spoilt_and_the_same_one_each_time(told: bytes) -> None:
    once, again = spoilt(told, unset_load_ratio=0.3), spoilt(told, unset_load_ratio=0.3)
    assert once == again
    had = sum(vehicle.HasField("occupancy_status") for vehicle in plain(told))
    left = sum(vehicle.HasField("occupancy_status") for vehicle in once)
    assert 0.4 * had < left < 0.95 * had


def test_the_citys_own_feed_has_them(timetable: Timetable) -> None:
    feed = City(timetable, 7, DeviceFaults(no_start_date=1.0)).positions_at(EIGHT)
    assert feed.entity
    assert not any(entity.vehicle.trip.HasField("start_date") for entity in feed.entity)
