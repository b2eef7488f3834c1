"""Where vehicles leave their way: one alone, all of them, for good."""

from typing import Any

from transit.answers.countdown import shows_minutes

EIGHT = 1_772_524_800
"""Eight o'clock of the town's day."""

AROUND = [(900.0, 200.0), (1200.0, 300.0), (1500.0, 300.0), (1800.0, 200.0), (2100.0, 0.0), (2300.0, 0.0)]


def drive_around(bus: Any, at: int, vehicle: str, trip: str) -> None:
    """Along the street to 800 m, then around the stops at 1200 and 1600 m, and on."""
    for i in range(5):
        bus.go(at + 30 * i, 200.0 * i, vehicle=vehicle, trip=trip)
    for i, (x_m, y_m) in enumerate(AROUND):
        bus.go(at + 150 + 30 * i, x_m, y_m, vehicle=vehicle, trip=trip)


def test_45_stops_that_the_last_vehicles_all_drove_around_are_left_out_and_the_others_told(bus: Any) -> None:
    drive_around(bus, 0, "v1", "out-1")
    bus.go(600, 0.0, vehicle="v2", trip="out-2")
    assert bus.run("out-2").skipped == (), "one vehicle around a stop is no detour"
    drive_around(bus, 600, "v2", "out-2")
    bus.go(1200, 0.0, vehicle="v3", trip="out-3")
    bus.go(1230, 200.0, vehicle="v3", trip="out-3")
    run = bus.run("out-3")
    assert run.skipped == (3, 4)
    assert (run.verdict.name, run.verdict_reason.name) == ("EXPECTED", "DETOUR")
    assert set(bus.times("out-3")) >= {1, 2, 5, 9}


def test_45_the_detour_is_over_with_the_first_vehicle_that_serves_the_stops_again(bus: Any) -> None:
    drive_around(bus, 0, "v1", "out-1")
    drive_around(bus, 600, "v2", "out-2")
    for i in range(10):
        bus.go(1200 + 30 * i, 200.0 * i, vehicle="v3", trip="out-3")
    assert list(bus.passed(trip="out-3")) == [1, 2, 3, 4]
    bus.go(1530, 0.0, vehicle="v4", trip="out-4", route_id="bus", direction_id=0)
    assert bus.run("out-4").skipped == ()


def test_35_a_vehicle_that_turns_short_of_its_last_stop_is_no_longer_promised_to_the_stops_beyond(bus: Any) -> None:
    for i in range(9):
        bus.go(30 * i, 200.0 * i)
    for i in range(1, 7):
        bus.go(240 + 30 * i, 1600.0 - 200.0 * i)
    run = bus.run()
    assert (run.verdict.name, run.verdict_reason.name) == ("NOT_COMING", "SHORT_TURN")
    assert max(bus.passed()) == 4


def test_46_a_stalled_vehicle_does_not_stay_a_minute_away(bus: Any) -> None:
    for i in range(6):
        bus.go(30 * i, 200.0 * i)
    shown = []
    for at in range(180, 900, 30):
        bus.go(at, 1000.0)
        run, comes_at = bus.run(), bus.times()[3][1]
        assert comes_at >= at, "never in the past"
        if shows_minutes(run, 3 - run.next_position, EIGHT + comes_at, EIGHT + at):
            shown.append(at)
    assert shown == list(range(180, 180 + 30 * len(shown), 30)), "minutes that were taken back do not return"
    assert len(shown) <= 5, "longer than the usual stand of a line nobody was seen on, nobody is told minutes"
    assert (run.verdict.name, run.verdict_reason.name) == ("AT_RISK", "STALLED")
    assert bus.times()[3][2] - bus.times()[3][1] > 600, "who has stood for long may stand as long again"
    assert max(bus.passed()) == 2


def test_off_its_way_for_a_quarter_of_an_hour_a_vehicle_is_not_coming(bus: Any) -> None:
    for i in range(5):
        bus.go(30 * i, 200.0 * i)
    for i in range(36):
        bus.go(150 + 30 * i, 900.0, 400.0 + 10.0 * i)
    assert (bus.run().verdict.name, bus.run().verdict_reason.name) == ("NOT_COMING", "OFF_ROUTE")


def test_47_a_bus_may_overtake_another_and_each_keeps_its_own_calls(bus: Any) -> None:
    for i in range(10):
        slow = {"x_m": 100.0 * i, "vehicle": "v1", "trip": "out-1"}
        fast = {"x_m": max(0.0, 300.0 * (i - 3)), "vehicle": "v2", "trip": "out-2", "time": 30 * i}
        bus.say(600 + 30 * i, {**slow, "time": 600 + 30 * i}, {**fast, "time": 600 + 30 * i})
    assert list(bus.passed(trip="out-1")) == [1, 2]
    assert list(bus.passed(trip="out-2")) == [1, 2, 3, 4]
    assert bus.times("out-2")[9][1] < bus.times("out-1")[9][1]
