"""A parameter that nothing reads is named in a header; the answer stays what it was."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contract import read_contract
from api.unknown_parameters import HEADER, NAMED_MAX, unknown_marks

ARRIVALS = b"/v1/stops/town%3AB/arrivals"


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        (ARRIVALS, b"limt=5", b'"limt";meant="limit"'),
        (ARRIVALS, b"limit=5&Lines=town:1&zzz", b'"Lines";meant="lines", "zzz"'),
        (b"/v1/replays/r1/stops/town%3AB/arrivals", b"perline=2", b'"perline";meant="per_line"'),
        (b"/v1/gtfs-realtime/alerts.pb", b"timetabel=town", b'"timetabel";meant="timetable"'),
        (b"/v1/stops", b"radius=5", b'"radius";meant="radius_m"'),
        (b"/v1/lines", b"limit=5", b'"limit"'),
        (b"/v1/siri/stop-monitoring.json", b"monitoringref=x", b'"monitoringref";meant="MonitoringRef"'),
    ],
)
def test_a_parameter_that_nothing_reads_is_named_with_the_one_most_like_it(
    path: bytes, query: bytes, told: bytes
) -> None:
    assert unknown_marks("GET", path, query) == ((HEADER, told),)
    assert unknown_marks("HEAD", path, query) == ((HEADER, told),)


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", ARRIVALS, b""),
        ("GET", ARRIVALS, b"limit=5&per%5Fline=2&as_of=2026-02-16T08:00:00Z&&times=utc"),
        ("GET", b"/v1/stream", b"stops=town:B&ticket=secret"),
        ("GET", b"/v1/static/0123456789abcdef/changes", b"from=fedcba9876543210"),
        ("GET", b"/v1/nowhere", b"limt=5"),
        ("OPTIONS", ARRIVALS, b"limt=5"),
    ],
)
def test_what_the_contract_has_and_paths_that_it_lacks_are_told_nothing(method: str, path: bytes, query: bytes) -> None:
    assert unknown_marks(method, path, query) == ()


@given(st.binary(max_size=300))
def test_whatever_is_sent_the_header_is_one_short_line(query: bytes) -> None:
    for _, value in unknown_marks("GET", ARRIVALS, query):
        assert value.isascii()
        assert value.decode().isprintable()
        assert value.count(b'"') % 2 == 0
        assert len(value) <= NAMED_MAX * 120


def test_every_parameter_that_the_api_reads_is_in_the_published_contract(city: Any) -> None:
    described = city.api.application.openapi()["paths"]
    published = read_contract()["paths"]
    for path, operations in described.items():
        for method, operation in operations.items():
            names = [each["name"] for each in operation.get("parameters", ())]
            known = [each["name"] for each in published[path][method].get("parameters", ())]
            assert names == known, f"{method} {path}: headway contract describe"
