from typing import Any

import pytest
from msgspec.structs import replace

from schemas.line_forecasts import RunForecast, RunState, VerdictReason
from transit.answers.call_state import CallState, call_state
from transit.answers.countdown import shows_minutes


@pytest.fixture
def run(bus: Any) -> RunForecast:
    bus.go(0, 0.0)
    bus.go(30, 200.0)
    told: RunForecast = bus.run()
    return told


@pytest.mark.parametrize("reason", [VerdictReason.HELD, VerdictReason.STALLED])
def test_a_vehicle_held_or_stalled_shows_no_minutes_to_any_stop_ahead(run: RunForecast, reason: VerdictReason) -> None:
    held = replace(run, verdict_reason=reason)
    now = float(run.observed_at)
    assert not shows_minutes(held, 0, now + 40, now)
    assert not shows_minutes(held, 7, now + 900, now)
    assert call_state(held.state, 3, held=True) is CallState.HELD


def test_a_vehicle_at_the_stop_is_there_however_long_it_stands(run: RunForecast) -> None:
    there = replace(run, state=RunState.AT_STOP, verdict_reason=VerdictReason.HELD)
    assert shows_minutes(there, 0, 0.0, float(run.observed_at))
    assert call_state(RunState.AT_STOP, 0, held=True) is CallState.AT_STOP


def test_a_countdown_stands_at_nought_for_half_a_minute_at_most(run: RunForecast) -> None:
    expected_at = run.observed_at + 20.0
    assert shows_minutes(run, 0, expected_at, expected_at + 30)
    assert not shows_minutes(run, 0, expected_at, expected_at + 31)


def test_nothing_runs_to_zero_under_a_silent_vehicle(run: RunForecast) -> None:
    expected_at = run.observed_at + 160.0
    assert shows_minutes(run, 2, expected_at, run.observed_at + 80.0)
    shown = [now for now in range(91, 300) if shows_minutes(run, 2, expected_at, run.observed_at + now)]
    assert min(160 - now for now in shown) > 60


def test_who_reports_every_two_minutes_is_not_silent_between_two_reports(bus: Any) -> None:
    for i in range(3):
        bus.go(120 * i, 300.0 * i)
    run = bus.run()
    at = float(run.observed_at)
    assert shows_minutes(run, 1, at + 150.0, at + 125.0)
    assert not shows_minutes(run, 1, at + 120.0, at + 125.0), "it stands at nought under none that was not just heard"
    assert not shows_minutes(run, 1, at + 200.0, at + 181.0)


def test_a_vehicle_waiting_at_its_terminal_past_its_time_shows_no_minutes(run: RunForecast) -> None:
    waits = replace(run, state=RunState.NOT_DEPARTED, verdict_reason=VerdictReason.AT_TERMINAL, held_s=40)
    assert not shows_minutes(waits, 0, run.observed_at + 5.0, float(run.observed_at))
    assert shows_minutes(replace(waits, held_s=0), 0, run.observed_at + 5.0, float(run.observed_at))


def test_a_vehicle_due_and_not_heard_since_shows_no_minutes_there_but_does_further_on(run: RunForecast) -> None:
    due = replace(run, held_s=40)
    now = float(run.observed_at + 70)
    assert not shows_minutes(due, 0, now + 10, now)
    assert shows_minutes(replace(due, held_s=0), 0, now + 10, now)
    assert shows_minutes(due, 3, now + 200, now)
