"""A vehicle is held when it stands longer than its own line's vehicles usually do."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.line_forecasts import Verdict, VerdictReason
from transit.tracking.state import LINE, VEHICLE
from transit.tracking.usual_stands import DEVIATION, USUAL_S, learn_stand, usual_stand_s

PAST_Z = 2.33


def line_with_stands(stands_s: list[int]) -> Any:
    line, vehicle = np.zeros(1, LINE), np.zeros(1, VEHICLE)
    vehicle["owner"] = 1
    at = 1_000_000
    for stood_s in stands_s:
        vehicle["still_since"], vehicle["fix_time"] = at, at + stood_s - 1
        learn_stand(line[0], vehicle[0], at + stood_s)
        at += 1000
    return line


def test_a_line_nobody_was_seen_on_stands_as_buses_do() -> None:
    assert usual_stand_s(np.zeros(1, LINE)[0], 0.0) == USUAL_S


def test_a_line_whose_buses_hardly_stand_calls_one_held_sooner() -> None:
    short, long = line_with_stands([15] * 100), line_with_stands([120] * 100)
    assert usual_stand_s(short[0], PAST_Z) < 75 < 162 < usual_stand_s(long[0], PAST_Z)


@given(stands_s=st.lists(st.integers(2, 5000), max_size=60))
def test_no_stand_of_whatever_length_moves_the_usual_beyond_what_was_seen(stands_s: list[int]) -> None:
    middle_s = usual_stand_s(line_with_stands(stands_s)[0], 0.0)
    assert min([USUAL_S, *stands_s]) * 0.999 <= middle_s <= max([USUAL_S, *stands_s]) * 1.001


def test_one_breakdown_says_little_of_the_others() -> None:
    usual_s = usual_stand_s(line_with_stands([30] * 50)[0], 0.0)
    assert usual_stand_s(line_with_stands([30] * 50 + [4000])[0], 0.0) < 1.03 * usual_s


def test_a_bus_that_stands_at_a_stop_past_the_usual_is_held_but_still_expected(bus: Any) -> None:
    for i in range(6):
        bus.go(30 * i, 200.0 * i)
    said = []
    for at in range(180, 390, 10):
        bus.go(at, 1200.0)
        said.append((at, bus.run().verdict_reason, bus.run().verdict))
    held_at = next(at for at, reason, _ in said if reason is VerdictReason.HELD)
    assert held_at - 180 > USUAL_S * np.exp(PAST_Z * DEVIATION) - 10
    assert (held_at, VerdictReason.HELD, Verdict.EXPECTED) in said
    assert said[-1][1:] == (VerdictReason.HELD, Verdict.AT_RISK)


def test_a_train_that_stands_longer_than_that_stops_dwells_is_held(metro: Any) -> None:
    at = 0
    for number in range(8):
        trip = {"trip": f"extra-{number}", "vehicle": f"t{number}", "route_id": "metro"}
        for position in range(4):
            for _ in range(2):
                metro.say(at, {**trip, "x_m": 1000.0 * position, "y_m": 20000.0, **stands(position, 1)})
                at += 10
            metro.say(at, {**trip, "x_m": 1000.0 * position + 500.0, "y_m": 20000.0, **stands(position + 1, 2)})
            at += 60
    trip = {"trip": "train-2", "vehicle": "last"}
    metro.say(at, {**trip, "x_m": 500.0, "y_m": 20000.0, **stands(1, 2)})
    reasons = []
    for waited_s in range(10, 130, 10):
        metro.say(at + waited_s, {**trip, "x_m": 1000.0, "y_m": 20000.0, **stands(1, 1)})
        reasons.append(metro.run("train-2").verdict_reason)
    assert VerdictReason.HELD not in reasons[:6]
    assert VerdictReason.HELD in reasons


def test_a_train_that_waits_for_its_time_is_not_held_before_that_is_over(metro: Any) -> None:
    trip = {"trip": "train-2", "vehicle": "early", "y_m": 20000.0}
    metro.say(100, {**trip, "x_m": 500.0, **stands(1, 2)})
    reasons = {}
    for at in range(120, 520, 20):
        metro.say(at, {**trip, "x_m": 1000.0, **stands(1, 1)})
        reasons[at] = metro.run("train-2").verdict_reason
    due = 300 + 90
    assert VerdictReason.HELD not in {reason for at, reason in reasons.items() if at < due + 30}
    assert reasons[500] is VerdictReason.HELD


def stands(position: int, status: int) -> dict[str, Any]:
    return {"stop_id": f"s{1000 * position}-20000", "current_status": status}


def test_a_bus_that_stands_on_its_way_for_twenty_minutes_is_not_coming_until_it_moves(bus: Any) -> None:
    for i in range(6):
        bus.go(30 * i, 200.0 * i)
    for at in range(180, 1500, 30):
        bus.go(at, 1100.0)
    assert (bus.run().verdict, bus.run().verdict_reason) == (Verdict.NOT_COMING, VerdictReason.STALLED)
    for i in range(2):
        bus.go(1500 + 30 * i, 1300.0 + 200.0 * i)
    assert bus.run().verdict is Verdict.EXPECTED
