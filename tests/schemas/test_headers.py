"""What the door says of a line's message, written and read back."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.headers import AGENCY, MEASURED, OWN, FeedHeaders, decode_headers, encode_headers

ids = st.lists(st.text(max_size=20), max_size=5).map(tuple)


@given(
    st.builds(
        FeedHeaders,
        timetable=st.text(max_size=16),
        poll_time_s=st.integers(0, 2**40),
        feed=st.text(max_size=20),
        epoch=st.integers(0, 2**31),
        feed_down=st.booleans(),
        due=ids,
        assigned=ids,
        predictions=st.sampled_from((OWN, AGENCY, MEASURED)),
        partial=st.booleans(),
        gone=ids,
    )
)
def test_what_is_written_of_a_message_is_read_back(headers: FeedHeaders) -> None:
    assert decode_headers(encode_headers(headers)) == headers


def test_facts_that_do_not_hold_are_left_out() -> None:
    assert [name for name, _ in encode_headers(FeedHeaders("hash", 1, "feed", 2))] == [
        "timetable",
        "poll-time",
        "feed",
        "epoch",
    ]
