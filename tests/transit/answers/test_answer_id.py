"""An answer's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transit.answers.answer_id import parse_answer_id
from transit.answers.run_ids import RunKey, format_run_id

words = st.text("aä中:@/ 7-", min_size=1, max_size=12)


@given(words, st.integers(19000101, 29991231), st.integers(0, 500), st.integers(0, 10**11))
def test_an_answers_name_says_which_run_call_and_poll_it_was(trip: str, date: int, sequence: int, at: int) -> None:
    key = RunKey(trip, date)
    found = parse_answer_id(f"{format_run_id('town', key)}@{sequence}@{at}")
    assert (found.timetable, found.key, found.stop_sequence, found.computed_at) == ("town", key, sequence, at)


@pytest.mark.parametrize("written", ["", "town", "town:t:20260216", "town:t:20260216@1", "a:t:20260216@x@1", "a@1@2"])
def test_what_names_no_answer_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="reads <"):
        parse_answer_id(written)
