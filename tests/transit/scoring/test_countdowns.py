"""What riders saw of countdowns is counted as they saw it."""

from typing import Any

from msgspec.structs import replace

from schemas.line_forecasts import LineForecasts, VerdictReason
from transit.scoring.countdowns import CountdownWatch


def told(bus: Any) -> LineForecasts:
    """A bus under way, as its last message tells it."""
    for i in range(6):
        bus.go(30 * i, 200.0 * i)
    public: LineForecasts = bus.outcome.public
    return public


def due_at(value: LineForecasts) -> int:
    return value.computed_at + memoryview(value.times).cast("h")[1]


def test_a_countdown_that_stands_at_nought_is_counted_with_how_long_it_stood(bus: Any) -> None:
    watch, value = CountdownWatch(), told(bus)
    for late_s in (-5, 0, 10, 30):
        watch.look([value], due_at(value) + late_s)
    seen = watch.count()
    assert (seen.moments, seen.noughts, seen.lasting, seen.longest_s) == (4, 1, 0, 30)


def test_minutes_that_give_way_to_a_band_end_the_countdown(bus: Any) -> None:
    watch, value = CountdownWatch(), told(bus)
    watch.look([value], due_at(value) + 45)
    assert watch.count().without_minutes == 1
    assert watch.count().noughts == 0


def test_a_countdown_told_anew_at_nought_again_and_again_is_one_that_lasts(bus: Any) -> None:
    watch, value = CountdownWatch(), told(bus)
    for late_s in range(0, 60, 10):
        watch.look([replace(value, computed_at=value.computed_at + late_s)], due_at(value) + late_s)
    assert watch.count().lasting == 1


def test_a_stop_that_is_left_out_has_no_countdown(bus: Any) -> None:
    watch, value = CountdownWatch(), told(bus)
    around = replace(value, runs=tuple(replace(run, skipped=(run.next_position,)) for run in value.runs))
    watch.look([around], value.computed_at)
    assert watch.count().moments == 0


def test_a_held_vehicle_shows_no_minutes(bus: Any) -> None:
    watch, value = CountdownWatch(), told(bus)
    held = replace(value, runs=tuple(replace(run, verdict_reason=VerdictReason.HELD) for run in value.runs))
    watch.look([held], value.computed_at)
    assert (watch.count().without_minutes, watch.count().held) == (1, 1)
