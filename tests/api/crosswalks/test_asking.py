"""Requests are told by own ids, and put by ours."""

import pytest

from api.crosswalks.asking import in_our_ids, is_asked
from transit.crosswalk.entries import Kind
from transit.crosswalk.own_ids import OwnIds


@pytest.mark.parametrize(
    ("path", "query", "asked"),
    [
        (b"/v1/stops/own%3A1/arrivals", b"", True),
        (b"/v1/stops/own:1", b"", True),
        (b"/v1/stops/town%3A1/arrivals", b"lines=town:1", False),
        (b"/v1/arrivals", b"stops=town:1,own:2", True),
        (b"/v1/arrivals", b"stops=town:1%2Cown%3a2", True),
        (b"/v1/nearby", b"near=1,2&ids=own", True),
        (b"/v1/nearby", b"ids=own", True),
        (b"/v1/nearby", b"ids=owner", False),
        (b"/v1/stops", b"query=own", False),
    ],
)
def test_own_ids_are_told_from_names_that_end_alike(path: bytes, query: bytes, asked: bool) -> None:
    assert is_asked(path, query) is asked


@pytest.mark.parametrize("comma", [b",", b"%2C", b"%2c"])
def test_own_ids_in_a_list_are_told_apart_however_its_commas_are_written(comma: bytes) -> None:
    own = OwnIds(b"digest", {("town", Kind.STOPS): {"1": "A", "2": "B"}})
    query = b"stops=own:1" + comma + b"own%3A2&limit=1"
    assert in_our_ids(own, b"/v1/arrivals", query)[1] == b"stops=town%3AA,town%3AB&limit=1"
