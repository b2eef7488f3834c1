from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from transit.answers.expired_day import day_that_serves

_days = st.integers(date(2020, 1, 1).toordinal(), date(2040, 1, 1).toordinal())


@given(_days, _days)
def test_after_the_last_day_its_last_week_is_repeated_by_weekday(day: int, last_day: int) -> None:
    served = day_that_serves(day, last_day=last_day)
    assert (day - served) % 7 == 0
    assert served == day if day <= last_day else last_day - 7 < served <= last_day
