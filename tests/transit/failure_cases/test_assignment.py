"""Where the run misleads: wrong sign-ins, two vehicles on a trip, swaps, trips nobody planned."""

from typing import Any

Drive = Any


def drive_street(bus: Drive, first: int, last: int, **report: Any) -> None:
    for i in range(first, last + 1):
        bus.go(30 * i, 200.0 * i, **report)


def test_27_a_wrong_trip_is_left_as_soon_as_the_driver_signs_in_rightly(bus: Any) -> None:
    drive_street(bus, 0, 3, trip="out-2")
    drive_street(bus, 4, 6)
    assert bus.find("out-2") is None
    assert abs(bus.run().progress_m - 1200.0) < 5
    assert list(bus.passed()) == [2, 3], "it was seen at the second stop; the first it passed under another trip"


def test_28_of_two_vehicles_on_one_trip_one_is_told(bus: Any) -> None:
    for i in range(6):
        bus.say(30 * i, {"x_m": 200.0 * i}, {"x_m": 20.0, "y_m": 15.0, "vehicle": "v2"})
    assert [run.vehicle_id for run in bus.outcome.public.runs if run.trip_id == "out-1"] == ["v1"]
    assert bus.outcome.public.conditions.unmatched == {"run_taken": 1}
    assert list(bus.passed()) == [1, 2]


def test_29_one_vehicle_named_twice_in_a_message_counts_once_with_its_newer_report(bus: Any) -> None:
    bus.go(0, 0.0)
    bus.say(60, {"x_m": 300.0, "time": 45}, {"x_m": 400.0, "time": 60, "entity": "again"})
    assert bus.reasons() == ["duplicate_entity"]
    assert abs(bus.run().progress_m - 400.0) < 5


def test_30_a_vehicle_swapped_on_the_way_goes_on_where_the_first_fell_silent(bus: Any) -> None:
    drive_street(bus, 0, 5)
    for i in range(12, 19):
        bus.go(30 * i, 1000.0 + 200.0 * (i - 12), vehicle="v2")
    assert bus.run().vehicle_id == "v2"
    arrivals = bus.passed()
    assert list(arrivals) == [1, 2, 3, 4, 5]


def test_31_the_next_trip_of_a_block_is_told_before_its_vehicle_is_there(bus: Any) -> None:
    drive_street(bus, 0, 8)
    onward = bus.run("back-1")
    assert (onward.state.name, onward.due, onward.vehicle_id) == ("NOT_DEPARTED", True, "v1")
    assert bus.times("back-1")[0][4] >= 900


def test_31_a_sign_that_flips_before_the_last_stop_leaves_that_stop_to_the_run_under_way(bus: Any) -> None:
    drive_street(bus, 0, 17)
    bus.go(525, 3530.0, trip="back-1")
    bus.go(540, 3598.0, trip="back-1")
    bus.go(600, 3598.0, trip="back-1")
    bus.go(630, 3598.0, trip="back-1")
    assert 9 in bus.passed()
    assert bus.run("back-1").state.name == "NOT_DEPARTED"
    assert bus.passed(trip="back-1") == {}


def test_32_a_finished_vehicle_is_told_as_finished_and_nothing_comes_of_it(bus: Any) -> None:
    drive_street(bus, 0, 18)
    bus.go(600, 3600.0)
    assert bus.run().state.name == "FINISHED"
    assert bus.run().call_count == 0
    assert list(bus.passed()) == list(range(1, 10))


def test_33_a_vehicle_without_a_trip_is_given_the_one_nearest_in_time(bus: Any) -> None:
    for i in range(4, 9):
        bus.go(600 + 30 * i, 200.0 * i, trip="", direction_id=0)
    run = bus.run("out-2")
    assert run.trip_id == "out-2"
    assert abs(run.progress_m - 1600.0) < 5


def test_34_an_added_trip_is_followed_on_the_pattern_it_drives(bus: Any) -> None:
    drive_street(bus, 0, 6, trip="extra", route_id="bus", direction_id=0, schedule_relationship=1)
    run = bus.run("extra")
    assert run.schedule_relationship == 1
    assert run.delay_s is None
    assert list(bus.passed(trip="extra")) == [1, 2, 3]


def test_34_a_trip_that_fits_nothing_is_refused_and_counted(bus: Any) -> None:
    bus.go(0, 0.0, 4000.0, trip="nowhere")
    assert bus.reasons() == ["unknown_trip"]
    assert bus.outcome.public.conditions.unmatched == {"unknown_trip": 1}


def test_37_nothing_is_live_before_departure_and_the_layover_is_not_lateness(bus: Any) -> None:
    for at in range(-300, 60, 30):
        bus.go(at, 3.0 * (at % 2), 60.0)
    run = bus.run()
    assert run.state.name == "NOT_DEPARTED"
    assert bus.times()[0][:3] == [None, None, None]
    assert bus.times()[0][4] >= 0
    assert 0 <= run.delay_s < 120, "it is late by what it leaves late, not by what it has waited"
    assert bus.passed("departure") == {}


def test_37_a_vehicle_waiting_beyond_the_first_stop_has_not_departed(bus: Any) -> None:
    for at in range(-600, -60, 30):
        bus.go(at, 600.0, 40.0)
    assert bus.run().state.name == "NOT_DEPARTED"
    assert bus.passed() == {}


def test_38_a_vehicle_that_leaves_early_is_not_held_at_its_terminal(bus: Any) -> None:
    for i in range(9):
        bus.go(-600 + 30 * i, 200.0 * i)
    assert bus.run().state.name != "NOT_DEPARTED"
    assert abs(bus.run().progress_m - 1600.0) < 5


def test_31_a_vehicle_due_from_another_line_is_followed_once_it_is_here(bus: Any) -> None:
    bus.say(600, {"x_m": 4000.0, "y_m": 300.0, "trip": "back-1"}, due=("v1",))
    for i in range(4):
        bus.go(900 + 30 * i, 3600.0 - 200.0 * i, trip="back-1")
    assert list(bus.passed(trip="back-1")) == [1]
