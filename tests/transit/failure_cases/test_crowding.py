"""Where counts mislead: unset is not empty, carriages that do not add up, absurd numbers."""

from typing import Any


def test_50_an_unset_occupancy_is_unknown_and_never_empty(bus: Any) -> None:
    bus.go(0, 0.0)
    assert (bus.run().occupancy_status, bus.run().occupancy_percentage) == (None, None)
    bus.go(30, 5.0, occupancy_status=0)
    assert bus.run().occupancy_status == 0


def test_50_no_data_is_absent(bus: Any) -> None:
    bus.go(0, 0.0, occupancy_status=2)
    bus.go(30, 5.0, occupancy_status=7)
    assert bus.run().occupancy_status is None


def test_51_carriages_with_a_gap_are_discarded_all(metro: Any) -> None:
    train = {"trip": "train-1", "current_status": 1, "stop_id": "s0-20000", "x_m": 0.0, "y_m": 20000.0}
    metro.say(0, {**train, "carriages": [{"carriage_sequence": 1}, {"carriage_sequence": 3}]})
    assert metro.reasons() == ["bad_carriages"]
    assert metro.run("train-1").carriages == ()


def test_51_carriages_in_order_are_passed_through(metro: Any) -> None:
    carriages = [{"carriage_sequence": 1, "occupancy_status": 5}, {"carriage_sequence": 2, "occupancy_percentage": 40}]
    metro.say(0, {"trip": "train-1", "x_m": 0.0, "y_m": 20000.0, "carriages": carriages})
    told = metro.run("train-1").carriages
    assert [(c.sequence, c.occupancy_status, c.occupancy_percentage) for c in told] == [(1, 5, -1), (2, None, 40)]


def test_52_a_percentage_over_a_hundred_is_kept_and_an_absurd_one_refused(bus: Any) -> None:
    bus.go(0, 0.0, occupancy_percentage=130)
    assert bus.run().occupancy_percentage == 130
    bus.go(30, 5.0, occupancy_percentage=40_000)
    assert bus.reasons() == ["bad_occupancy"]


def test_56_a_count_that_comes_alone_and_late_is_taken(bus: Any) -> None:
    bus.go(0, 0.0)
    bus.say(30, {"occupancy_status": 3, "trip": ""})
    assert bus.reasons() == []
    assert bus.run().occupancy_status == 3
