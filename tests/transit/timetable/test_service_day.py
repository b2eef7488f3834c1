from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.timetable.service_day import find_day, local_day, service_date, service_day_of, service_day_start_s


def _start(timezone: str, *day: int) -> datetime:
    return datetime.fromtimestamp(service_day_start_s(timezone, date(*day).toordinal()), UTC)


def test_an_ordinary_service_day_starts_at_midnight() -> None:
    assert _start("Europe/Paris", 2026, 1, 15) == datetime(2026, 1, 14, 23, tzinfo=UTC)


def test_25_where_clocks_go_forward_the_service_day_starts_an_hour_before_midnight() -> None:
    # New York, 8 March 2026: noon is 16:00 UTC, midnight was 05:00 UTC
    assert _start("America/New_York", 2026, 3, 8) == datetime(2026, 3, 8, 4, tzinfo=UTC)


def test_25_where_clocks_go_back_it_starts_an_hour_after_midnight() -> None:
    assert _start("America/New_York", 2026, 11, 1) == datetime(2026, 11, 1, 5, tzinfo=UTC)


def test_the_day_at_a_moment_is_the_local_one() -> None:
    assert local_day("Asia/Tokyo", datetime(2026, 1, 1, 16, tzinfo=UTC).timestamp()) == date(2026, 1, 2).toordinal()


@given(st.integers(date(1990, 1, 1).toordinal(), date(2090, 1, 1).toordinal()))
def test_a_date_and_a_service_day_are_two_ways_to_write_one_day(day: int) -> None:
    assert service_day_of(service_date(day)) == day


@pytest.mark.parametrize(
    "written", ["", "2026031", "20260231", "\uff12\uff10\uff12\uff16\uff10\uff13\uff11\uff16", "2026-3-1", "abcdefgh"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert find_day(written) is None


def test_a_date_is_a_day() -> None:
    assert find_day("20260316") == date(2026, 3, 16).toordinal()


def test_a_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        service_day_of(20260230)
