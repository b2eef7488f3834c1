"""Vehicles that move about their terminal before they leave it."""

from typing import Any


def test_a_bus_that_drives_a_lap_before_its_time_still_waits(bus: Any) -> None:
    bus.go(-240, 0.0)
    bus.go(-210, 2.0)
    bus.go(-180, 200.0)
    bus.go(-150, 350.0)
    assert bus.run().state.name == "NOT_DEPARTED"
    assert bus.times()[0][4] >= 0


def test_a_bus_that_is_back_at_its_first_stop_waits_again(bus: Any) -> None:
    bus.go(-30, 0.0)
    bus.go(0, 2.0)
    bus.go(30, 250.0)
    assert bus.run().state.name != "NOT_DEPARTED"
    for at in (60, 90, 120):
        bus.go(at, 3.0)
    assert bus.run().state.name == "NOT_DEPARTED"
    for i in range(1, 6):
        bus.go(150 + 30 * i, 200.0 * i)
    assert bus.run().state.name != "NOT_DEPARTED"
