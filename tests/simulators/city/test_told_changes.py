"""Trips that the control centre adds, and streets that are closed: what is driven, what is told, what is made of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from headway.score_report.replay import Replay
from simulators.city.city import City
from simulators.city.conditions import Conditions
from simulators.city.devices import PERFECT, DeviceFaults
from simulators.city.duties import ADDED_MARK
from simulators.city.movement import DrivenDay
from simulators.city.truth import tabulate_truth
from simulators.city.whereabouts import Tracks
from transit.timetable.compiled import Timetable

BEGIN = int(datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
CALM = {"cancelled_ratio": 0.0, "short_turn_ratio": 0.0}
SKIPPED = pb.TripUpdate.StopTimeUpdate.SKIPPED


@pytest.fixture(scope="module")
def adding(timetable: Timetable) -> City:
    return City(timetable, 7, PERFECT, Conditions(added_ratio=0.1, **CALM))


@pytest.fixture(scope="module")
def closing(timetable: Timetable) -> City:
    return City(timetable, 7, PERFECT, Conditions(closed_ratio=0.05, **CALM))


def today(city: City, at: int = BEGIN) -> DrivenDay:
    city.feed_at(at)
    return city.driven_days()[-1]


def test_an_added_trip_has_a_vehicle_of_its_own_and_is_in_no_timetable(adding: City, timetable: Timetable) -> None:
    seen = [entity.vehicle for entity in adding.positions_at(BEGIN).entity]
    added = [each for each in seen if each.trip.schedule_relationship == pb.TripDescriptor.ADDED]
    assert added
    for each in added:
        assert timetable.trip_id.find(each.trip.trip_id) < 0
        assert [other.trip.trip_id for other in seen if other.vehicle.id == each.vehicle.id] == [each.trip.trip_id]


def test_added_trips_leave_those_of_the_timetable_as_they_are(adding: City, timetable: Timetable) -> None:
    plain = today(City(timetable, 7, PERFECT, Conditions(**CALM))).duties.runs
    more = today(adding).duties.runs
    assert more.is_added.any()
    for column in ("trip", "duty", "start_s"):
        assert (getattr(more, column)[~more.is_added] == getattr(plain, column)).all()


def test_the_control_centre_says_when_an_added_trip_comes_before_it_begins_and_until_it_is_over(
    adding: City, timetable: Timetable
) -> None:
    truth = tabulate_truth(timetable, today(adding))
    updates = [entity.trip_update for entity in adding.trip_updates_at(BEGIN).entity]
    added = [each for each in updates if each.trip.schedule_relationship == pb.TripDescriptor.ADDED]
    begun = {row["trip_id"] for row in truth.filter(truth["arrival"] <= BEGIN).iter_rows(named=True)}
    assert {each.trip.trip_id in begun for each in added} == {True, False}
    for each in added:
        times = [call.arrival.time for call in each.stop_time_update]
        assert times == sorted(times)
        made = truth.filter((truth["trip_id"] == each.trip.trip_id) & (truth["arrival"] > BEGIN))
        assert [call.stop_sequence for call in each.stop_time_update] == made["stop_sequence"].to_list()
    assert all(each.trip.trip_id.endswith(ADDED_MARK) for each in added)


def test_the_tracker_follows_an_added_trip_to_its_end(adding: City, timetable: Timetable) -> None:
    truth = tabulate_truth(timetable, today(adding))
    is_added = truth["trip_id"].str.ends_with(ADDED_MARK) & ~truth["is_rail"]
    inside = truth.filter(is_added & truth["arrival"].is_between(BEGIN, BEGIN + 1800))
    chosen = truth.filter(truth["trip_id"] == inside["trip_id"][0])
    line = timetable.line_id[int(timetable.pattern_line[int(chosen["pattern"][0])])]
    replay = Replay(timetable, (line,))
    told = {}
    for at in range(int(chosen["arrival"][0]) - 60, int(chosen["arrival"][-1]) + 90, 15):
        for forecasts in replay.apply(at, adding.feed_at(at)):
            for passage in forecasts.passages:
                if passage.trip_id == chosen["trip_id"][0] and passage.kind == "arrival":
                    told[passage.stop_sequence] = passage.at
    made = dict(zip(chosen["stop_sequence"].to_list()[1:], chosen["arrival"].to_list()[1:], strict=True))
    assert len(told) >= 0.9 * len(made)
    assert np.median([abs(at - made[sequence]) for sequence, at in told.items() if sequence in made]) < 15


def left_out_rows(day: DrivenDay) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.flatnonzero(day.made.left_out)


def test_a_bus_goes_around_a_closed_street_without_calling_there(closing: City, timetable: Timetable) -> None:
    day = today(closing)
    rows = left_out_rows(day)
    assert len(rows) > 20
    stop = timetable.call_stop[day.duties.call_of(rows)]
    since = day.arrival_of(rows) - day.duties.starts_at
    assert ((day.closed.from_s[stop] <= since + 1) & (since < day.closed.until_s[stop] + 1)).all()
    assert not day.is_train[day.duties.run_of(rows)].any()
    assert day.made.boarded[rows].sum() == day.made.alighted[rows].sum() == 0
    truth = tabulate_truth(timetable, day)
    assert len(truth) == len(day.duties) - len(rows)


def test_nobody_appears_or_vanishes_aboard_on_a_detour(closing: City) -> None:
    day = today(closing)
    before = np.concatenate(([0.0], day.load[:-1]))
    before[day.duties.offset[:-1]] = 0.0
    assert (day.load == before - day.alighted + day.boarded).all()


def metres_from_stop(city: City, day: DrivenDay, row: int, asked: int) -> float:
    """How far the vehicle of ``row`` is from that row's stop when it reaches the row ``asked``."""
    table, duties = city.timetable, day.duties
    vehicle = duties.runs.duty[duties.run_of(np.array([row]))].astype(np.int64)
    seen = Tracks(table, day).locate(vehicle, day.arrival_of(np.array([asked])) + 0.1)
    stop = int(table.call_stop[duties.call_of(np.array([row]))[0]])
    north = (seen.latitude[0] - table.stop_latitude[stop]) * 111_195
    east = (seen.longitude[0] - table.stop_longitude[stop]) * 111_195 * np.cos(np.radians(seen.latitude[0]))
    return float(np.hypot(north, east))


def test_on_a_detour_vehicles_leave_the_way_and_come_back_to_it(closing: City) -> None:
    day = today(closing)
    out = day.made.left_out
    alone = [row for row in left_out_rows(day).tolist() if not (out[row - 1] or out[row + 1])]
    for row in alone[:20]:
        assert 200 < metres_from_stop(closing, day, row, row) < 300
        for beside in (row - 1, row + 1):
            if not day.duties.is_first[beside]:
                assert metres_from_stop(closing, day, beside, beside) < 30


def test_the_control_centre_says_which_stops_are_left_out_and_why(closing: City) -> None:
    day = today(closing)
    rows = left_out_rows(day)
    at = int(day.arrival_of(rows[len(rows) // 2 : len(rows) // 2 + 1])[0]) - 60
    skipped = {
        call.stop_id
        for entity in closing.trip_updates_at(at).entity
        for call in entity.trip_update.stop_time_update
        if call.schedule_relationship == SKIPPED
    }
    alerts = [entity.alert for entity in closing.alerts_at(at).entity]
    assert {alert.effect for alert in alerts} == {pb.Alert.DETOUR}
    named = {informed.stop_id for alert in alerts for informed in alert.informed_entity}
    assert skipped
    assert skipped <= named
    assert {text.language for alert in alerts for text in alert.header_text.translation} == {"en", "zh"}
    for alert in alerts:
        [period] = alert.active_period
        assert period.start - 3600 <= at < period.end


def test_once_vehicles_go_around_a_stop_the_tracker_leaves_it_out_of_what_comes(
    closing: City, timetable: Timetable
) -> None:
    day = today(closing)
    rows = left_out_rows(day)
    calls = day.duties.call_of(rows)
    call = int(np.bincount(calls).argmax())
    passed = np.sort(day.arrival_of(rows[calls == call]))
    pattern = int(timetable.call_pattern[call])
    position = call - int(timetable.pattern_call_offset[pattern])
    replay = Replay(timetable, (timetable.line_id[int(timetable.pattern_line[pattern])],))
    for at in range(int(passed[0]) - 600, int(passed[3]), 15):
        replay.apply(at, closing.feed_at(at))
    [forecasts] = replay.latest.values()
    coming = [run for run in forecasts.runs if run.pattern == pattern and run.next_position <= position]
    assert coming
    assert all(position in run.skipped for run in coming)


def test_late_counts_come_with_few_reports_and_are_minutes_old(timetable: Timetable) -> None:
    counted = {"counter_error": 0.0, "no_counter_ratio": 0.0}
    usual, late = (
        City(timetable, 7, DeviceFaults(**counted, late_count_ratio=ratio)).positions_at(BEGIN).entity
        for ratio in (0.0, 1.0)
    )
    counts = [each for each in late if each.vehicle.HasField("occupancy_percentage")]
    told = {each.id: each.vehicle.occupancy_percentage for each in counts}
    assert len(told) < 0.3 * len(late)
    fresh = {each.id: each.vehicle.occupancy_percentage for each in usual}
    assert sum(fresh[each] != percentage for each, percentage in told.items()) > 0.5 * len(told)
