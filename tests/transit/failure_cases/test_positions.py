"""Where the fix misleads: jumps, noise, silence, nonsense."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

Drive = Any
EIGHT = 1_772_524_800
"""Eight o'clock of the town's day."""


def drive_street(bus: Drive, first: int = 0, last: int = 10, **report: Any) -> None:
    """Reports each 30 s, 200 m apart, numbered ``first`` to ``last``."""
    for i in range(first, last + 1):
        bus.go(30 * i, 200.0 * i, **report)


def test_10_a_single_jump_moves_nothing_and_passes_nothing(bus: Any) -> None:
    drive_street(bus, 0, 4)
    before = bus.run().progress_m
    bus.go(150, 3500.0)
    assert bus.run().progress_m == before
    drive_street(bus, 6, 8)
    assert max(bus.passed()) == 4
    assert abs(bus.run().progress_m - 1600.0) < 5


def test_11_a_jump_that_lasts_is_believed_and_said(bus: Any) -> None:
    drive_street(bus, 0, 4)
    bus.go(150, 3000.0)
    bus.go(180, 3150.0)
    assert abs(bus.run().progress_m - 3150.0) < 5
    assert bus.run().revision.name == "REMATCHED"
    assert max(bus.passed()) == 2, "what was jumped over was not seen"


def test_12_noise_of_thirty_metres_neither_skips_nor_repeats_a_stop(bus: Any) -> None:
    for i in range(19):
        bus.go(30 * i, 200.0 * i, 30.0 * math.sin(i * 2.1))
    assert list(bus.passed()) == list(range(1, 10))


def test_13_jitter_backwards_while_standing_never_moves_a_vehicle_away_from_a_stop(bus: Any) -> None:
    drive_street(bus, 0, 5)
    far = bus.run().progress_m
    for i, jitter_m in enumerate((-18.0, 4.0, -9.0, -20.0, 2.0)):
        bus.go(180 + 30 * i, 1000.0 + jitter_m)
        assert bus.run().progress_m >= far
        far = bus.run().progress_m
    assert list(bus.passed()) == [1, 2]


def test_14_after_a_tunnel_of_five_minutes_the_stops_inside_are_told_with_wide_bounds(bus: Any) -> None:
    drive_street(bus, 0, 4)
    bus.go(420, 2500.0)
    assert set(bus.passed()) == {1, 2, 3, 4, 5, 6}
    inside = next(p for p in bus.passages if p.position == 4 and p.kind == "arrival")
    assert inside.latest_at - inside.earliest_at == 300


@pytest.mark.parametrize("bearing", [0.0, 270.0])
def test_15_a_bearing_of_zero_or_a_wrong_one_is_not_believed_over_the_movement(bus: Any, bearing: float) -> None:
    drive_street(bus, 0, 6, bearing=bearing)
    assert abs(bus.run().progress_m - 1200.0) < 5


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        (0.0, 0.0, "bad_position"),
        (10.0, 40.0, "bad_position"),
        (95.0, 10.0, "bad_position"),
        (math.nan, 10.0, "bad_position"),
        (52.0, 13.0, "out_of_area"),
    ],
)
def test_16_a_place_that_cannot_be_is_refused_with_its_reason(
    bus: Any, latitude: float, longitude: float, reason: str
) -> None:
    drive_street(bus, 0, 4)
    bus.say(150, {"latitude": latitude, "longitude": longitude})
    assert bus.reasons() == [reason]
    assert abs(bus.run().progress_m - 800.0) < 5


def test_16_half_a_place_is_refused(bus: Any) -> None:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    vehicle = message.entity.add(id="e").vehicle
    vehicle.vehicle.id, vehicle.timestamp, vehicle.position.latitude = "v1", EIGHT, 40.0
    bus.send(0, message.SerializePartialToString())
    assert bus.reasons() == ["bad_position"]


def test_18_a_frozen_position_with_fresh_times_is_told_as_stalled_and_not_counted_down(bus: Any) -> None:
    drive_street(bus, 0, 5)
    for at in range(180, 600, 30):
        bus.go(at, 1000.0)
    run = bus.run()
    assert (run.verdict.name, run.verdict_reason.name) == ("AT_RISK", "STALLED")
    assert bus.times()[3][1] > 600


def test_44_stops_missed_on_a_diversion_are_not_told_as_served(bus: Any) -> None:
    drive_street(bus, 0, 4)
    for i, (x_m, y_m) in enumerate([(900.0, 200.0), (1200.0, 300.0), (1500.0, 300.0), (1800.0, 200.0)]):
        bus.go(150 + 30 * i, x_m, y_m)
    assert bus.run().state.name == "OFF_ROUTE"
    assert bus.run().verdict_reason.name == "OFF_ROUTE"
    bus.go(270, 2100.0)
    bus.go(300, 2300.0)
    assert 3 not in bus.passed()
    assert 4 not in bus.passed()
    assert bus.run().state.name != "OFF_ROUTE"


def test_the_distance_to_a_call_never_grows_without_a_reason(bus: Any) -> None:
    far = -1.0
    for i in range(60):
        bus.go(10 * i, 60.0 * i + 25.0 * math.sin(i * 1.7), 12.0 * math.cos(i * 2.3))
        run = bus.run()
        if run.state.name == "NOT_DEPARTED":
            continue
        assert run.progress_m >= far or run.revision.name in {"REMATCHED", "DETOUR", "REROUTED"}
        far = run.progress_m
    assert far > 3000


def test_10_a_single_stop_far_ahead_passes_none_of_a_trains_stops(metro: Any) -> None:
    stops = [(0, 1, 1), (30, 1, 1), (60, 2, 2), (90, 2, 1), (105, 6, 2), (120, 2, 1), (150, 3, 2), (180, 3, 1)]
    for at, sequence, status in stops:
        metro.say(at, {"trip": "train-1", "current_stop_sequence": sequence, "current_status": status})
    assert metro.passed(trip="train-1") == {1: 90, 2: 180}
    assert metro.run("train-1").next_position == 2


def test_11_a_stop_far_ahead_that_is_named_again_is_believed(metro: Any) -> None:
    for at, sequence, status in [(0, 1, 1), (60, 2, 2), (75, 5, 1), (90, 5, 1)]:
        metro.say(at, {"trip": "train-1", "current_stop_sequence": sequence, "current_status": status})
    assert metro.run("train-1").next_position == 4


def test_14_a_train_that_comes_out_of_a_long_silence_far_ahead_is_believed_at_once(metro: Any) -> None:
    for at, sequence, status in [(0, 1, 1), (60, 2, 2), (240, 5, 1)]:
        metro.say(at, {"trip": "train-1", "current_stop_sequence": sequence, "current_status": status})
    assert metro.run("train-1").next_position == 4


def test_10_a_train_shown_once_more_at_the_first_stop_of_its_loop_has_not_come_to_the_last(
    drive_rails: Callable[..., Any],
) -> None:
    """The feed gives no sequence: its first stop and its last are one."""
    loop = [(0.0, 0.0), (3000.0, 0.0), (3000.0, 3000.0), (0.0, 3000.0), (0.0, 0.0)]
    metro = drive_rails(loop, loop)
    stops = [f"s{x_m:.0f}-{y_m:.0f}" for x_m, y_m in loop]
    seen = [(0, 0, 1), (30, 1, 2), (60, 0, 1), (90, 0, 1), (120, 0, 1), (150, 1, 2), (300, 1, 1), (330, 2, 2)]
    for at, stop, status in seen:
        metro.say(at, {"trip": "way-1", "stop_id": stops[stop], "current_status": status})
    assert list(metro.passed(trip="way-1")) == [1]
    assert metro.run("way-1").next_position == 2
