"""Where clocks mislead: late, early, missing, repeated, past midnight."""

from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

Drive = Any


def drive_street(bus: Drive, first: int, last: int, **report: Any) -> None:
    for i in range(first, last + 1):
        bus.go(30 * i, 200.0 * i, **report)


def test_19_an_older_report_never_overwrites_a_newer_one(bus: Any) -> None:
    drive_street(bus, 0, 6)
    bus.go(210, 600.0, time=90)
    assert bus.reasons() == ["out_of_order"]
    assert abs(bus.run().progress_m - 1200.0) < 5


@pytest.mark.parametrize(("ahead_s", "reasons"), [(4, []), (59, []), (61, ["future_time"]), (3600, ["future_time"])])
def test_20_a_clock_a_little_ahead_is_forgiven_and_no_more(bus: Any, ahead_s: int, reasons: list[str]) -> None:
    drive_street(bus, 0, 4)
    bus.go(150, 1000.0, time=150 + ahead_s)
    assert bus.reasons() == reasons


def test_21_vehicles_that_all_bear_the_messages_time_are_followed(bus: Any) -> None:
    for i in range(6):
        bus.say(
            30 * i,
            {"x_m": 200.0 * i, "time": 30 * i},
            {"x_m": 3600.0, "vehicle": "v2", "trip": "back-1", "time": 30 * i},
        )
    assert list(bus.passed()) == [1, 2]
    assert bus.run("back-1").state.name == "NOT_DEPARTED"


def test_22_a_report_without_a_time_bears_its_messages(bus: Any) -> None:
    drive_street(bus, 0, 4, time=None)
    assert bus.passed() == {1: 60, 2: 120}


def test_22_a_report_without_any_time_is_refused(bus: Any) -> None:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.entity.add(id="e").vehicle.vehicle.id = "v1"
    bus.send(0, message.SerializeToString())
    assert bus.reasons() == ["no_time"]


def test_23_a_vehicle_silent_for_three_minutes_is_withdrawn_and_never_counted_down_to_zero(bus: Any) -> None:
    drive_street(bus, 0, 5)
    until = bus.run().valid_until - bus.run().observed_at
    assert until == 180
    for at in range(180, 330, 30):
        bus.say(at)
        run = bus.run()
        assert (run.basis.name == "LIVE") == (at - 150 <= 90)
        assert bus.times()[3][1] >= at
    assert run.verdict_reason.name == "SILENT"
    bus.say(360)
    assert bus.find("out-1") is None
    assert bus.outcome.public.conditions.unmatched == {"silent": 1}


def test_23_a_vehicle_that_always_reports_seldom_is_borne_with_for_longer_but_never_beyond_six_minutes(
    bus: Any,
) -> None:
    for i in range(8):
        bus.go(150 * i, 200.0 * i)
    assert bus.run().valid_until - bus.run().observed_at == 360
    bus.say(1050 + 240)
    assert bus.run().verdict.name == "EXPECTED", "its next report is hardly due"
    bus.say(1050 + 361)
    assert bus.find("out-1") is None


def test_23_a_report_older_than_that_is_refused(bus: Any) -> None:
    bus.go(400, 0.0, time=20)
    assert bus.reasons() == ["stale"]


def test_25_a_trip_past_midnight_belongs_to_yesterday(bus: Any) -> None:
    past_one = (25 - 8) * 3600 + 600
    bus.go(past_one - 30, 0.0, trip="night", start_date="")
    bus.go(past_one + 30, 200.0, trip="night", start_date="")
    assert bus.run("night").service_date == 20260303


def test_25_the_calendars_date_past_midnight_means_yesterdays_service_day(bus: Any) -> None:
    past_one = (25 - 8) * 3600 + 600
    for i in range(-2, 6):
        bus.go(past_one + 30 * i, max(0.0, 200.0 * i), trip="night", start_date="20260304")
    run = bus.run("night")
    assert run.service_date == 20260303
    assert run.progress_m == pytest.approx(1000.0, abs=1.0)
    assert run.delay_s is not None
    assert abs(run.delay_s) < 60
    assert len(bus.passed(trip="night")) == 2


def test_25_the_date_of_the_day_before_means_today_where_the_trip_is_under_way(bus: Any) -> None:
    for i in range(-2, 6):
        bus.go(30 * i, max(0.0, 200.0 * i), start_date="20260302")
    assert bus.run().service_date == 20260303
    assert abs(bus.run().delay_s or 0) < 60


def test_25_a_named_date_is_believed_of_a_trip_that_is_hours_late(bus: Any) -> None:
    five_hours = 5 * 3600
    for i in range(-2, 6):
        bus.go(five_hours + 30 * i, max(0.0, 200.0 * i))
    assert bus.run().service_date == 20260303
    assert (bus.run().delay_s or 0) > five_hours - 600


def test_25_a_service_date_that_is_none_is_refused(bus: Any) -> None:
    bus.go(0, 0.0, start_date="tomorrow")
    assert bus.reasons() == ["bad_service_date"]


def test_26_the_same_message_twice_changes_nothing(bus: Any) -> None:
    drive_street(bus, 0, 5)
    before = bus.run()
    times = bus.times()
    bus.go(150, 1000.0)
    assert bus.run().progress_m == before.progress_m
    assert bus.run().observed_at == before.observed_at
    assert list(bus.passed()) == [1, 2]
    assert bus.times() == times
    assert bus.reasons() == []


def test_62_while_the_feed_is_down_the_basis_is_stepped_down_and_its_return_is_said(bus: Any) -> None:
    drive_street(bus, 0, 5)
    bus.say(180, feed_down=True)
    assert bus.run().basis.name == "EXTRAPOLATED"
    assert bus.outcome.public.feed_down_since is not None
    bus.say(330, feed_down=True)
    assert bus.run().verdict_reason.name == "FEED_DOWN"
    bus.go(360, 2000.0)
    assert bus.outcome.public.feed_down_since is None
    assert bus.run().revision.name == "FEED_RETURNED"
