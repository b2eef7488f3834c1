import polars as pl
import pytest

from transit.scoring.truth import CENSORED_S, censored_after_s


def reports(*observed_at: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"observed_at": observed_at, "run": [0] * len(observed_at), "vehicle": ["a"] * len(observed_at)}
    )


def test_where_reports_come_every_half_minute_a_gap_of_65_seconds_is_the_most() -> None:
    assert censored_after_s(reports(0, 30, 60, 90)) == CENSORED_S


def test_where_a_feed_reports_every_two_minutes_its_own_gap_is_none_too_wide() -> None:
    assert censored_after_s(reports(0, 120, 240, 360)) == pytest.approx(138.0)


def test_without_reports_the_usual_bound_holds() -> None:
    assert censored_after_s(reports()) == CENSORED_S
