"""``as_of``: of the past's kind only where it is answered; elsewhere refused, and never answered as things stand."""

from typing import Any

import pytest

from api.app import build_api
from api.lane.kinds import OWN, PAST, STREAM, is_past_misplaced, kind_asked, kind_of
from runtime.settings import Settings
from tests.api.lane.asking import ask

WRITTEN = (b"as_of=1", b"all=true&as_of=", b"%61%73_%6f%66=1")
PATHS = [
    (path.replace("{", "").replace("}", "").encode(), "as_of" in {each["name"] for each in got.get("parameters", ())})
    for path, methods in build_api(Settings()).application.openapi()["paths"].items()
    if path.startswith("/v1/") and (got := methods.get("get") or methods.get("post") or methods.get("put"))
]


@pytest.mark.parametrize(("path", "has_past"), PATHS)
@pytest.mark.parametrize("query", WRITTEN)
def test_only_a_route_that_reads_as_of_has_a_past(path: bytes, has_past: bool, query: bytes) -> None:
    for asked in (path, path.replace(b"/v1/", b"/v1/replays/r1/", 1)):
        kind = kind_of(asked)
        assert kind_asked(asked, query) == (PAST if has_past else kind)
        assert is_past_misplaced(asked, query) is (not has_past and kind not in OWN)
        assert not is_past_misplaced(asked, b"of=1&lines=as_of")


def test_the_paths_above_are_those_that_there_are() -> None:
    assert sum(has_past for _, has_past in PATHS) == 6
    assert {b"/v1/nearby", b"/v1/accuracy", b"/v1/archive/product_id", b"/v1/vehicles/vehicle_id"} <= {
        path for path, _ in PATHS
    }


@pytest.mark.parametrize("path", [b"/v1/stream", b"/v1/replays/r1/stream"])
def test_a_stream_stays_a_stream(path: bytes) -> None:
    assert kind_asked(path, b"all=true&as_of=1") == STREAM


async def _telling(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with what the lane left in the request's state."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": " ".join(sorted(scope["state"])).encode()})


@pytest.mark.parametrize(
    "path",
    ["/v1/stream?all=true", "/v1/replays/r1/stream?", "/v1/alerts?", "/v1/accuracy?", "/v1/archive/p1?", "/v1/city?"],
)
async def test_as_of_where_there_is_no_past_is_refused_and_says_where_there_is(
    make_runtime: Any, add_key: Any, path: str
) -> None:
    runtime = make_runtime(_telling)
    key = await add_key()
    await runtime.start()
    try:
        for _ in range(2):
            refused = await ask(runtime.lane, f"{path}&as_of=2026-02-16T08:00:00Z", key)
            assert (refused.status, refused.problem) == (422, "/problems/invalid-parameter")
            assert b"a stop's arrivals" in refused.body
        assert (await ask(runtime.lane, "/v1/runs/x?as_of=1", key)).status == 200
        assert b"pass" in (await ask(runtime.lane, "/v1/stream?all=true", key)).body.split()
    finally:
        await runtime.stop()
