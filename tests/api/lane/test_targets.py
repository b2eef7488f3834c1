from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from api.lane.targets import target_of


def test_the_order_of_different_parameters_does_not_matter() -> None:
    assert target_of(b"/v1/stops", b"query=a&limit=2") == target_of(b"/v1/stops", b"limit=2&query=a")


def test_the_last_of_two_values_counts_so_their_order_makes_two_targets() -> None:
    assert target_of(b"/v1/stops", b"limit=1&limit=3") != target_of(b"/v1/stops", b"limit=3&limit=1")
    assert target_of(b"/v1/stops", b"limit=1&%6cimit=3") != target_of(b"/v1/stops", b"%6cimit=3&limit=1")


_query = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "%61", "a=", "", "A", "+", "%2B"]), st.sampled_from(["", "1", "%31", "&", "="])
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@given(_query, _query)
def test_requests_that_share_a_target_are_read_alike(one: str, other: str) -> None:
    if target_of(b"/", one.encode()) == target_of(b"/", other.encode()):
        read = [dict(parse_qsl(query, keep_blank_values=True)) for query in (one, other)]
        assert read[0] == read[1]
