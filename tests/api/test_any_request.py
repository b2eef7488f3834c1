"""Whatever is asked is answered with a status that the description names, and a failure with a problem."""

from urllib.parse import quote

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import problems

SLUGS = {problem.type for problem in problems.ALL}

_IDS = ["", "..", "/", "a/b", ":", "::", "town:", "town:B", "town:1", "town:S", "x" * 301, "%", "%25", "\x00"]
_RUNS = [
    "town:t1-12:20260216",
    "town:t1-0:99999999",
    "town:t1-0:00010101",
    "town:t1-0:99991231",
    "town:t1-0:20260216:0",
]
_NUMBERS = ["nan", "inf", "-1", "9" * 5000, "1e400", "40.0,-75.0", "nan,nan", "1,2,3", "true", "2026-02-16"]
_TEXTS = ["town", "town:1," * 60, "é", "\u0301", "\N{BUS}", "\r\nx: y"]
_SPITEFUL = st.sampled_from([*_IDS, *_RUNS, *_NUMBERS, *_TEXTS])
_text = st.one_of(_SPITEFUL, st.text(max_size=40))
_path = st.one_of(
    st.tuples(
        st.sampled_from(["stops", "lines", "vehicles", "runs"]),
        _text,
        st.sampled_from(["", "/arrivals", "/vehicles", "/conditions", "/first-last", "/"]),
    ).map(lambda parts: f"/v1/{parts[0]}/{quote(parts[1], safe='')}{parts[2]}"),
    st.sampled_from(["/v1/stops", "/v1/lines", "/v1/feeds", "/v1/coverage", "/v1/accuracy", "/v1/", "/problems/x"]),
)
_NAMES = ["limit", "per_line", "horizon_s", "minutes", "lines", "direction_id", "include", "near", "radius_m", "query"]
_query = st.lists(st.tuples(st.sampled_from([*_NAMES, "line", "date", "timetable", "shapes", "x"]), _text), max_size=4)
_headers = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(
            st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30), st.sampled_from(likely)
        )
        for name, likely in {
            "accept-encoding": ["gzip", "gzip;q=0", "*;q=0", ";"],
            "if-none-match": ["*", 'W/"', '"x","y"', ","],
            "range": ["bytes=0-1"],
            "origin": ["null", "http://[::1"],
        }.items()
    },
)


@given(method=st.sampled_from(["GET", "HEAD", "GET", "POST"]), path=_path, query=_query, headers=_headers)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_no_request_makes_the_api_fail(
    client: httpx.AsyncClient, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str]
) -> None:
    answered = await client.request(method, path, params=tuple(query), headers=headers)
    assert answered.status_code in (200, 304, 404, 405, 422)
    if answered.status_code in (200, 304):
        assert answered.headers["etag"]
    elif method != "HEAD":
        assert answered.headers["content-type"] == "application/problem+json"
        told = orjson.loads(answered.content)
        assert told["type"] in SLUGS
        assert told["status"] == answered.status_code
        assert told["detail"]


@pytest.mark.parametrize("path", ["/v1/lines", "/v1/stops/town%3AB/arrivals", "/v1/coverage"])
async def test_thousands_of_parameters_are_one_request_like_any_other(client: httpx.AsyncClient, path: str) -> None:
    answered = await client.get(path, params=[(f"a{number}", "1") for number in range(5000)])
    assert answered.status_code == 200
