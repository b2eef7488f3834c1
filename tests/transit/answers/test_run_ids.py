import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.answers.run_ids import RunKey, format_run_id, parse_run_id

_names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
_dates = st.integers(19000101, 29991231)
_starts = st.none() | st.integers(0, 200_000)


@given(_names, st.text(min_size=1, max_size=40), _dates, _starts)
def test_a_run_id_is_read_back_whatever_its_trip_is_called(
    timetable: str, trip: str, date: int, start_s: int | None
) -> None:
    key = RunKey(trip, date, start_s)
    assert parse_run_id(format_run_id(timetable, key)) == (timetable, key)


@pytest.mark.parametrize("text", ["", "t", "t:trip", "t:trip:2026", ":trip:20260216", "t::20260216"])
def test_what_is_no_run_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no run id"):
        parse_run_id(text)
