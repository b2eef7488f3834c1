"""Runs and calls that will not be: cancelled, skipped, announced for later."""

from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from schemas.headers import FeedHeaders

EIGHT = 1_772_524_800
"""Eight o'clock of the town's day."""

WAY = [(0.0, 0.0), (2000.0, 0.0)]
STOPS = [(400.0 * i, 0.0) for i in range(5)]


def send_update(line: Any, at: int, trip: str, *calls: tuple[str, int], relationship: int = 0, start: str = "") -> None:
    """A message with one trip update; ``calls`` are (stop, schedule relationship)."""
    message = FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT + at
    update = message.entity.add(id="u").trip_update
    update.trip.trip_id, update.trip.schedule_relationship = trip, relationship
    if start:
        update.trip.start_time = start
    for stop, said in calls:
        update.stop_time_update.add(stop_id=stop, schedule_relationship=said)
    line.send(at, message.SerializeToString())


def announce(metro: Any, at: int, departs: int, trip: str, stop: str) -> None:
    report = {"trip": trip, "vehicle": "", "stop_id": stop, "time": departs, "route_id": "metro", "start_date": ""}
    metro.say(at, report)


def test_34_a_run_that_its_trip_update_cancels_is_not_coming_though_its_vehicle_is_heard(bus: Any) -> None:
    bus.go(-60, 0.0)
    send_update(bus, -30, "out-1", relationship=3)
    assert (bus.run().verdict.name, bus.run().verdict_reason.name) == ("NOT_COMING", "CANCELLED")
    send_update(bus, 0, "out-1")
    assert bus.run().verdict.name == "EXPECTED"


def test_34_a_cancelled_run_without_a_vehicle_is_told_so_that_nobody_waits(bus: Any) -> None:
    send_update(bus, 0, "out-2", relationship=3)
    run = bus.run("out-2")
    assert (run.verdict.name, run.verdict_reason.name, run.call_count) == ("NOT_COMING", "CANCELLED", 0)
    bus.say(5400)
    assert bus.find("out-2") is None


def test_34_one_run_of_a_frequency_is_cancelled_and_its_others_are_not(drive_way: Any) -> None:
    line = drive_way(WAY, STOPS, every_s=300)
    for at in (-60, -30):
        line.say(at, {"trip": "way-1", "vehicle": "v1", "start_time": "08:00:00", "x_m": 0.0})
    send_update(line, 0, "way-1", relationship=3, start="08:05:00")
    verdicts = {run.start_time_s: run.verdict.name for run in line.outcome.public.runs}
    assert verdicts == {28_800: "EXPECTED", 29_100: "NOT_COMING"}
    send_update(line, 15, "way-1", relationship=3, start="08:00:00")
    assert {run.verdict.name for run in line.outcome.public.runs} == {"NOT_COMING"}
    line.tracker = type(line.tracker).restore(line.timetable, line.group, line.tracker.dump())
    send_update(line, 30, "way-1", start="08:00:00")
    verdicts = {run.start_time_s: run.verdict.name for run in line.outcome.public.runs}
    assert verdicts == {28_800: "EXPECTED", 29_100: "NOT_COMING"}


def test_34_what_is_said_of_a_frequencys_trip_without_a_start_is_said_of_all_its_runs(drive_way: Any) -> None:
    line = drive_way(WAY, STOPS, every_s=300)
    line.say(-60, {"trip": "way-1", "vehicle": "v1", "start_time": "08:00:00", "x_m": 0.0})
    send_update(line, 0, "way-1", relationship=3)
    assert [(run.start_time_s, run.verdict.name) for run in line.outcome.public.runs] == [(28_800, "NOT_COMING")]


def test_34_a_cancelled_trip_leaves_the_one_that_doubles_it(bus: Any) -> None:
    double = {"vehicle": "v2", "schedule_relationship": 6, "start_time": "08:05:00"}
    bus.say(-60, {"trip": "out-1", "x_m": 0.0, **double})
    send_update(bus, 0, "out-1", relationship=3)
    verdicts = {run.start_time_s: run.verdict.name for run in bus.outcome.public.runs}
    assert verdicts == {None: "NOT_COMING", 29_100: "EXPECTED"}


def test_34_a_vehicle_that_itself_says_its_trip_is_cancelled_is_not_coming(bus: Any) -> None:
    bus.go(0, 0.0, schedule_relationship=3)
    assert (bus.run().verdict.name, bus.run().verdict_reason.name) == ("NOT_COMING", "CANCELLED")


def test_36_a_stop_that_a_trip_update_skips_is_not_served_and_the_others_are(bus: Any) -> None:
    bus.go(0, 0.0)
    bus.go(30, 200.0)
    send_update(bus, 45, "out-1", ("s1200-0", 1), ("s1600-0", 0))
    assert bus.run().skipped == (3,)
    assert bus.run().verdict.name == "EXPECTED"
    bus.go(60, 400.0)
    assert bus.run().skipped == (3,), "said once, it holds until it is taken back"


def test_43_an_early_bus_that_skips_a_stop_is_told_in_rising_times(bus: Any) -> None:
    bus.go(-200, 0.0)
    bus.go(-180, 300.0)
    send_update(bus, -175, "out-1", ("s1200-0", 1))
    for i in range(2, 8):
        now = -200 + 20 * i
        bus.go(now, 300.0 * i)
        told = [cell for row in bus.times().values() for cell in (row[1], row[4]) if cell is not None]
        assert told == sorted(told)
        assert told[0] >= now
        assert bus.run().skipped == ((3,) if bus.run().next_position <= 3 else ())
    assert bus.run().next_position > 3


def test_what_trip_updates_said_survives_a_takeover(bus: Any) -> None:
    bus.go(0, 0.0)
    send_update(bus, 15, "out-1", ("s1200-0", 1))
    bus.tracker = type(bus.tracker).restore(bus.timetable, bus.group, bus.tracker.dump())
    bus.go(30, 200.0)
    assert bus.run().skipped == (3,)


def test_24_a_train_announced_for_later_waits_at_its_first_stop_and_leaves_when_it_said(metro: Any) -> None:
    announce(metro, 0, 600, "extra", "s0-20000")
    assert metro.reasons() == []
    run = metro.run("extra")
    assert (run.state.name, run.basis.name, run.due) == ("NOT_DEPARTED", "EXTRAPOLATED", True)
    assert metro.times("extra")[0][4] == 600
    metro.say(500)
    assert metro.find("extra") is not None, "nothing new is said of it before it leaves"


def test_24_an_announced_train_is_followed_as_soon_as_it_moves(metro: Any) -> None:
    announce(metro, 0, 300, "extra", "s0-20000")
    train = {"trip": "extra", "vehicle": "", "route_id": "metro", "start_date": ""}
    metro.say(320, {**train, "stop_id": "s1000-20000", "current_status": 2, "time": 305})
    run = metro.run("extra")
    assert (run.state.name, run.basis.name, run.due) == ("EN_ROUTE", "LIVE", False)
    metro.say(380, {**train, "stop_id": "s1000-20000", "current_status": 1})
    assert list(metro.passed(trip="extra")) == [1]


def test_24_a_clock_that_always_runs_ahead_costs_no_report(bus: Any) -> None:
    for i in range(8):
        bus.go(30 * i, 200.0 * i, time=30 * i + 40)
        assert bus.reasons() == []
    assert list(bus.passed()) == [1, 2, 3]
    assert bus.run().observed_at <= EIGHT + 210


def test_36_a_train_nobody_planned_calls_where_its_own_update_says_and_nowhere_else(metro: Any) -> None:
    message = FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT
    vehicle = message.entity.add(id="v").vehicle
    vehicle.trip.trip_id, vehicle.stop_id, vehicle.timestamp = "express", "s0-20000", EIGHT
    vehicle.current_status = 1
    update = message.entity.add(id="u").trip_update
    update.trip.trip_id = "express"
    for stop in ("s0-20000", "s2000-20000", "s5000-20000"):
        update.stop_time_update.add(stop_id=stop)
    metro.send(0, message.SerializeToString())
    assert metro.run("express").skipped == (1, 3, 4)


def test_44_a_train_at_a_stop_off_its_way_is_off_its_route_and_the_stops_it_missed_are_not_told(metro: Any) -> None:
    train = {"trip": "train-1"}
    metro.say(0, {**train, "stop_id": "s0-20000", "current_status": 1})
    metro.say(90, {**train, "stop_id": "s1000-20000", "current_status": 1})
    metro.say(150, {**train, "stop_id": "s1600-0", "current_status": 1})
    metro.say(240, {**train, "stop_id": "s2000-0", "current_status": 1})
    assert metro.run("train-1").state.name == "OFF_ROUTE"
    metro.say(330, {**train, "stop_id": "s4000-20000", "current_status": 1})
    assert list(metro.passed(trip="train-1")) == [1, 4]
    assert metro.run("train-1").state.name == "AT_STOP"


def add_run(line: Any, at: int, trip: str, *calls: tuple[str, int], said: int = 1, spread_s: int = 0) -> Any:
    """A message that adds a run; ``calls`` are (stop, seconds after eight)."""
    message = FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT + at
    update = message.entity.add(id="u").trip_update
    update.trip.trip_id, update.trip.schedule_relationship, update.trip.route_id = trip, said, "bus"
    for stop, due in calls:
        call = update.stop_time_update.add(stop_id=stop)
        call.arrival.time = call.departure.time = EIGHT + due
        call.arrival.uncertainty = spread_s
    return line.send(at, message.SerializeToString())


@pytest.mark.parametrize("said", [1, 8])
def test_a_run_that_its_agency_adds_is_told_by_the_times_that_come_with_it(bus: Any, said: int) -> None:
    bus.go(-60, 0.0)
    add_run(bus, 0, "extra", ("s400-0", 600), ("s1200-0", 900), said=said, spread_s=50)
    run = bus.run("extra")
    assert (run.basis.name, run.verdict.name, run.vehicle_id, run.next_position) == ("SCHEDULE", "NOT_TRACKED", "", 1)
    assert run.skipped[:2] == (2, 4)
    told = list(bus.times("extra").values())
    assert [row[1] for row in told] == [600, None, 900]
    assert (told[0][0], told[0][2]) == (536, 664)
    add_run(bus, 700, "extra", ("s400-0", 600), ("s1200-0", 1000))
    assert (bus.run("extra").next_position, bus.run("extra").state.name) == (3, "EN_ROUTE")
    bus.say(1100)
    assert bus.find("extra") is None


def test_a_vehicle_on_an_added_run_speaks_for_it(bus: Any) -> None:
    add_run(bus, 0, "extra", ("s0-0", 60), ("s1200-0", 400))
    assert bus.run("extra").vehicle_id == ""
    bus.go(30, 0.0, trip="extra", route_id="bus")
    assert bus.run("extra").vehicle_id != ""
    assert len([each for each in bus.outcome.public.runs if each.trip_id == "extra"]) == 1


def test_an_added_run_whose_stops_follow_no_pattern_is_refused_once(bus: Any) -> None:
    first = add_run(bus, 0, "astray", ("s1200-0", 600), ("s1200-0", 900))
    second = add_run(bus, 30, "astray", ("s1200-0", 600), ("s1200-0", 900))
    assert bus.find("astray") is None
    assert [[each.reason.value for each in outcome.rejects] for outcome in (first, second)] == [["unknown_trip"], []]


def test_an_added_run_survives_a_takeover_and_is_forgotten_when_its_feed_is_silent(bus: Any) -> None:
    add_run(bus, 0, "extra", ("s0-0", 1200), ("s1200-0", 1500))
    bus.tracker = type(bus.tracker).restore(bus.timetable, bus.group, bus.tracker.dump())
    bus.say(30)
    assert bus.run("extra").next_position == 0
    bus.say(301)
    assert bus.find("extra") is None


@pytest.mark.parametrize("arrival", [-1, 1, EIGHT - 86_400, EIGHT + 10**6, 2**62])
def test_an_added_run_with_an_impossible_arrival_is_told_by_its_departure_alone(bus: Any, arrival: int) -> None:
    message = FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT
    update = message.entity.add(id="u").trip_update
    update.trip.trip_id, update.trip.schedule_relationship, update.trip.route_id = "extra", 1, "bus"
    for stop, due in (("s400-0", 600), ("s1200-0", 900)):
        call = update.stop_time_update.add(stop_id=stop)
        call.arrival.time, call.departure.time = arrival, EIGHT + due
    bus.send(0, message.SerializeToString())
    assert bus.outcome.rejects == ()
    if arrival < EIGHT:
        assert next(iter(bus.times("extra").values()))[1] is None


def test_a_tracker_taken_over_tells_what_trip_updates_said_in_the_same_order(bus: Any) -> None:
    add_run(bus, 0, "z-extra", ("s0-0", 1200), ("s1200-0", 1500))
    add_run(bus, 10, "a-extra", ("s0-0", 1300), ("s1200-0", 1600))
    send_update(bus, 20, "out-2", relationship=3)
    send_update(bus, 30, "out-1", relationship=3)
    before = [run.trip_id for run in bus.outcome.public.runs]
    bus.tracker = type(bus.tracker).restore(bus.timetable, bus.group, bus.tracker.dump())
    bus.say(30)
    assert [run.trip_id for run in bus.outcome.public.runs] == before
    assert {"z-extra", "a-extra", "out-1", "out-2"} <= set(before)


def send_cancelled(line: Any, *named: tuple[str, str, str, int]) -> None:
    """A message at eight with an update for each (trip, start date, start time, relationship)."""
    message = FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT
    for number, (trip, date, start, relationship) in enumerate(named):
        told = message.entity.add(id=f"u{number}").trip_update.trip
        told.trip_id, told.start_date, told.schedule_relationship = trip, date, relationship
        if start:
            told.start_time = start
    line.send(0, message.SerializeToString())


def test_34_all_runs_of_a_frequency_that_one_message_cancels_are_cancelled(drive_way: Any) -> None:
    line = drive_way(WAY, STOPS, every_s=300)
    send_cancelled(line, *(("way-1", "20260303", start, 3) for start in ("08:05:00", "08:10:00", "08:20:00")))
    verdicts = {run.start_time_s: run.verdict.name for run in line.outcome.public.runs}
    assert verdicts == dict.fromkeys((29_100, 29_400, 30_000), "NOT_COMING")


@pytest.mark.parametrize("turned", [False, True])
def test_34_what_is_said_of_a_trip_tomorrow_takes_nothing_from_what_is_said_of_it_today(
    bus: Any, *, turned: bool
) -> None:
    days = [("out-3", "20260303", "", 3), ("out-3", "20260304", "", 0)]
    send_cancelled(bus, *(days[::-1] if turned else days))
    run = bus.run("out-3")
    assert (run.verdict.name, run.service_date) == ("NOT_COMING", 20260303)


def test_34_a_cancellation_that_is_left_out_again_is_withdrawn_within_minutes(bus: Any) -> None:
    send_update(bus, 0, "out-3", relationship=3)
    for at in range(60, 301, 60):
        bus.say(at)
        assert bus.run("out-3").verdict.name == "NOT_COMING", "a poll or two may miss it"
    bus.say(360)
    assert bus.find("out-3") is None, "by the timetable it comes again"


def test_34_a_cancellation_stands_while_its_feed_says_nothing_new(bus: Any) -> None:
    send_update(bus, 0, "out-3", relationship=3)
    for at in range(60, 1200, 60):
        bus.say(at, header=0, feed_down=at > 600)
    assert bus.run("out-3").verdict.name == "NOT_COMING", "it is down, or says its last message again"


def test_34_a_cancellation_stands_while_the_address_that_says_so_is_not_known(bus: Any) -> None:
    send_update(bus, 0, "out-3", relationship=3)
    for at in range(60, 1200, 60):
        bus.say(at, partial=True)
    assert bus.run("out-3").verdict.name == "NOT_COMING"
    bus.say(1200)
    assert bus.find("out-3") is None


def test_34_a_cancellation_is_not_withdrawn_by_another_feed(bus: Any) -> None:
    send_update(bus, 0, "out-3", relationship=3)
    for at in range(60, 1200, 60):
        message = FeedMessage()
        message.header.gtfs_realtime_version, message.header.timestamp = "2.0", EIGHT + at
        headers = FeedHeaders(bus.timetable.hash, EIGHT + at, "another", 1)
        bus.outcome = bus.tracker.apply(message.SerializeToString(), headers)
    assert bus.run("out-3").verdict.name == "NOT_COMING"
