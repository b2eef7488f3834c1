import polars as pl

from transit.scoring.presence import presence
from transit.scoring.stability import stability


def promised(*rows: tuple[int, int, int, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["sampled_at", "run", "position", "p50"], orient="row")


def came(*rows: tuple[int, int, float | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"run": pl.Int64, "position": pl.Int64, "at": pl.Float64}, orient="row")


def test_a_promise_of_a_vehicle_that_never_came_is_a_ghost() -> None:
    found = presence(promised((0, 1, 1, 60.0), (0, 2, 1, 90.0)), "p50", came((1, 1, 70.0)), 10_000)
    assert found.ghost_ratio == 0.5


def test_a_call_that_came_unseen_is_no_ghost() -> None:
    assert presence(promised((0, 1, 1, 60.0)), "p50", came((1, 1, None)), 10_000).ghost_ratio == 0.0


def test_promises_for_the_recordings_end_are_not_judged() -> None:
    assert presence(promised((0, 1, 1, 60.0)), "p50", came(), 500).near_promises == 0


def test_an_arrival_nobody_was_told_of_is_missed() -> None:
    found = presence(promised((0, 1, 1, 60.0)), "p50", came((1, 1, 70.0), (2, 3, 900.0)), 10_000)
    assert found.missed_ratio == 1.0


def test_jitter_is_the_mean_move_between_neighbouring_samples() -> None:
    served = pl.DataFrame(
        {"sampled_at": [0, 30, 60, 120], "run": [1] * 4, "sequence": [1] * 4, "p50": [100.0, 110.0, 105.0, 500.0]}
    )
    found = stability(served, "p50", 30)
    assert found.jitter_s == 7.5
    assert found.pairs == 2


def test_a_minute_up_and_a_minute_down_is_a_reversal() -> None:
    served = pl.DataFrame(
        {"sampled_at": [0, 30, 60], "run": [1] * 3, "sequence": [1] * 3, "p50": [100.0, 170.0, 105.0]}
    )
    assert stability(served, "p50", 30).reversed_ratio == 1.0
