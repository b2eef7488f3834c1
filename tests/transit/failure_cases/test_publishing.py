"""What a rider is told must not contradict itself: order of times, restarts, first vehicles, odd tables."""

from typing import Any

from schemas.line_forecasts import encode_public


def drive_street(bus: Any, first: int, last: int, **report: Any) -> None:
    for i in range(first, last + 1):
        bus.go(30 * i, 200.0 * i, **report)


def check_order(times: dict[int, list[int | None]], now: int) -> None:
    """No time lies in the past, none before the call before, no departure before its arrival."""
    before = now
    for row in times.values():
        for cell in (row[1], row[4]):
            if cell is not None:
                assert cell >= before
                before = cell


def test_39_a_bus_early_at_its_first_stop_is_not_told_to_leave_before_its_time(bus: Any) -> None:
    bus.go(-240, 0.0)
    bus.go(-210, 2.0)
    assert bus.times()[0][4] >= 0


def test_40_a_quarter_of_an_hour_at_one_stop_takes_no_vehicle_off_its_run(bus: Any) -> None:
    drive_street(bus, 0, 6)
    for at in range(210, 1110, 30):
        bus.go(at, 1200.0)
    assert bus.run().state.name == "AT_STOP"
    assert (bus.run().verdict.name, bus.run().verdict_reason.name) == ("AT_RISK", "HELD")
    for i in range(1, 5):
        bus.go(1110 + 30 * i, 1200.0 + 200.0 * i)
    assert list(bus.passed()) == [1, 2, 3, 4, 5]


def test_41_times_never_run_backwards_when_a_late_bus_catches_up(bus: Any) -> None:
    for i in range(12):
        bus.go(600 + 20 * i, 260.0 * i)
        check_order(bus.times(), 600 + 20 * i)


def test_42_a_first_stop_left_early_has_no_arrival_and_nothing_departs_before_it_arrives(bus: Any) -> None:
    for i in range(8):
        bus.go(-280 + 30 * i, 200.0 * i)
        check_order(bus.times(), -280 + 30 * i)
    assert 0 not in bus.passed()


def test_43_early_or_skipping_stops_times_still_rise_from_call_to_call(bus: Any) -> None:
    for i in range(6):
        bus.go(-200 + 20 * i, 300.0 * i)
        check_order(bus.times(), -200 + 20 * i)
    bus.go(-50, 2600.0)
    check_order(bus.times(), -50)


def test_48_the_first_vehicle_of_a_new_day_is_forecast_from_the_timetable_alone(bus: Any) -> None:
    bus.go(0, 0.0)
    bus.go(30, 200.0)
    times = bus.times()
    assert set(times) == set(range(1, 10))
    assert 240 < times[9][1] < 1200
    assert all(row[0] <= row[1] <= row[2] for row in times.values())


def test_49_vehicles_that_all_take_equally_long_leave_no_spread_of_nothing(bus: Any) -> None:
    for start, trip in ((0, "out-1"), (600, "out-2"), (1200, "out-3")):
        for i in range(19):
            bus.go(start + 30 * i, 200.0 * i, trip=trip, vehicle=trip)
    for cells in bus.times("out-3").values():
        assert cells[0] is None or cells[0] <= cells[1] <= cells[2]
    for i in range(3):
        bus.go(1800 + 30 * i, 200.0 * i, trip="extra", vehicle="v9", route_id="bus", direction_id=0)
    arrivals = [row[:3] for row in bus.times("extra").values() if row[0] is not None]
    assert len(arrivals) >= 7
    assert all(early < middle < late for early, middle, late in arrivals)


def test_58_no_forecast_lies_before_now_however_late_the_vehicle_is(bus: Any) -> None:
    drive_street(bus, 0, 4)
    for at in range(150, 300, 15):
        bus.say(at)
        check_order(bus.times(), at)


def test_59_a_stop_passed_early_is_told_as_passed_and_no_longer_ahead(bus: Any) -> None:
    for i in range(9):
        bus.go(-120 + 30 * i, 220.0 * i)
    assert bus.run().next_position == 5
    assert set(bus.passed()) == {1, 2, 3, 4}
    assert min(bus.times()) == 5


def test_60_a_run_nothing_was_heard_of_is_not_told_at_all(bus: Any) -> None:
    bus.say(0)
    assert bus.outcome.public.runs == ()
    assert bus.outcome.public.conditions.vehicles == 0


def test_61_a_restart_makes_no_jump_in_what_is_told(bus: Any) -> None:
    drive_street(bus, 0, 6)
    twin = type(bus)(bus.timetable, bus.group, type(bus.tracker).restore(bus.timetable, bus.group, bus.tracker.dump()))
    bus.go(210, 1400.0)
    twin.go(210, 1400.0)
    assert encode_public(bus.outcome.public) == encode_public(twin.outcome.public)


def test_09_a_stop_whose_sequence_disagrees_is_found_by_its_name(metro: Any) -> None:
    train = {"trip": "train-1", "stop_id": "s2000-20000", "current_stop_sequence": 5, "current_status": 1}
    metro.say(0, train)
    assert metro.run("train-1").next_position == 2


def test_03_one_stop_in_two_trips_of_a_block_is_told_for_each_on_its_own(bus: Any) -> None:
    drive_street(bus, 0, 8)
    first, second = bus.times("out-1")[9], bus.times("back-1")[0]
    assert second[4] >= 900 > first[1], "the lateness of the first does not leak into the second"
    assert second[0] is None
