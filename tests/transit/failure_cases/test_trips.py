"""Trips that the feed got wrong: doubled, without a name, signed wrongly, out of service."""

from typing import Any

DUPLICATED = 6
ADDED = 1


def test_34_a_duplicated_trip_is_a_run_of_its_own_beside_the_one_it_doubles(bus: Any) -> None:
    for i in range(4):
        first = {"x_m": 200.0 * (i + 4), "vehicle": "v1"}
        second = {"x_m": 200.0 * i, "vehicle": "v2", "schedule_relationship": DUPLICATED, "start_time": "08:05:00"}
        bus.say(300 + 30 * i, first, second)
    runs = {run.vehicle_id: run for run in bus.outcome.public.runs if not run.due}
    assert set(runs) == {"v1", "v2"}, "who waits for the second is told of it"
    assert (runs["v1"].start_time_s, runs["v2"].start_time_s) == (None, 8 * 3600 + 300)
    assert runs["v1"].next_position > runs["v2"].next_position


def test_34_an_added_trip_that_vanishes_is_promised_no_longer_than_its_vehicle_is_heard(bus: Any) -> None:
    for i in range(5):
        bus.go(30 * i, 200.0 * i, trip="extra", schedule_relationship=ADDED, route_id="bus", direction_id=0)
    assert bus.run("extra").call_count > 0
    bases = []
    for at in range(150, 600, 30):
        bus.say(at)
        run = bus.find("extra")
        bases.append(None if run is None else (run.basis.name, run.verdict.name, run.verdict_reason.name))
    assert ("EXTRAPOLATED", "AT_RISK", "SILENT") in bases
    assert bases[-1] is None


def test_34_runs_of_one_trip_by_frequency_are_told_apart_by_their_starts(drive_way: Any) -> None:
    street = [(400.0 * i, 0.0) for i in range(8)]
    line = drive_way(street, street, every_s=300)
    for i in range(4):
        first = {"trip": "way-1", "vehicle": "v1", "start_time": "08:00:00", "x_m": 200.0 * (i + 6)}
        second = {"trip": "way-1", "vehicle": "v2", "start_time": "08:05:00", "x_m": 200.0 * i}
        line.say(300 + 30 * i, first, second)
    starts = {run.vehicle_id: run.start_time_s for run in line.outcome.public.runs}
    assert starts == {"v1": 8 * 3600, "v2": 8 * 3600 + 300}


def test_29_two_devices_of_one_vehicle_on_two_trips_are_two_vehicles_and_each_run_is_told_once(bus: Any) -> None:
    for i in range(4):
        first = {"x_m": 200.0 * i, "vehicle": "bus-7", "entity": "a"}
        second = {"x_m": 200.0 * i + 5.0, "vehicle": "bus-7b", "entity": "b", "trip": "out-1"}
        bus.say(30 * i, first, second)
    assert [run.vehicle_id for run in bus.outcome.public.runs if run.trip_id == "out-1"] == ["bus-7"]
    assert bus.outcome.public.conditions.unmatched == {"run_taken": 1}


def test_a_vehicle_that_drops_its_trip_is_out_of_service_and_promises_nothing(bus: Any) -> None:
    for i in range(5):
        bus.go(30 * i, 200.0 * i)
    for i in range(5, 12):
        bus.go(30 * i, 800.0, 900.0 + 60.0 * i, trip="")
    runs = [run for run in bus.outcome.public.runs if not run.due]
    assert all(run.verdict.name in {"AT_RISK", "NOT_COMING"} for run in runs), (
        "nobody is told to wait for it as expected"
    )


def test_39_a_bus_early_at_a_timepoint_is_not_promised_on_before_it_may_leave_its_first_stop(bus: Any) -> None:
    bus.go(-400, 0.0)
    departures = []
    for at in range(-370, 0, 30):
        bus.go(at, 3.0)
        departures.append(bus.times()[0][4])
    assert min(departures) >= 0


def test_62_an_outage_freezes_then_withdraws_and_counts_nothing_down_to_zero(bus: Any) -> None:
    for i in range(5):
        bus.go(30 * i, 200.0 * i)
    reasons = []
    for at in range(150, 600, 30):
        bus.say(at, feed_down=True)
        run = bus.find("out-1")
        if run is None:
            break
        reasons.append(run.verdict_reason.name)
        assert all(cell >= at for row in bus.times().values() for cell in row if cell is not None)
    assert bus.find("out-1") is None
    assert reasons[-1] == "FEED_DOWN"
