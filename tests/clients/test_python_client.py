"""The Python client: what is generated is what the contract says, and it speaks with the API as the API wants."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.contract import read_contract
from headway.contract.command import write_all

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
sys.path.insert(0, str(CLIENTS / "python"))

from headway_client import AsyncHeadway, Event, Headway, HeadwayProblem, follow, follow_async, streams  # noqa: E402 - it is no part of this installation

Handler = Callable[[httpx.Request], httpx.Response]


def test_what_is_kept_is_what_the_contract_gives() -> None:
    written = write_all(read_contract())
    for name, text in written.items():
        assert (CLIENTS / name).read_text() == text, f"{name}: write it anew: headway contract clients clients"
    generated = ("python/headway_client/models/*.py", "python/headway_client/calls/*.py", "typescript/types/*.d.ts")
    kept = {str(file.relative_to(CLIENTS)) for pattern in generated for file in CLIENTS.glob(pattern)}
    assert kept <= set(written), "no longer in the contract"


def test_no_generated_file_is_longer_than_a_reader_can_hold() -> None:
    assert {name: text.count("\n") for name, text in write_all(read_contract()).items() if text.count("\n") > 400} == {}


def speak(handler: Handler) -> Headway:
    client = httpx.Client(transport=httpx.MockTransport(handler), base_url="http://headway.test")
    return Headway("http://headway.test", "hw_key", client=client)


def test_ids_are_encoded_and_the_key_is_sent() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.raw_path == b"/v1/stops/town%3AQ%2F1/arrivals?limit=3"
        assert request.headers["x-api-key"] == "hw_key"
        return httpx.Response(200, json={"arrivals": []})

    assert speak(answer).list_arrivals("town:Q/1", limit=3)["arrivals"] == []


def test_an_unchanged_answer_is_asked_for_with_its_validator() -> None:
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("if-none-match"))
        if asked[-1]:
            return httpx.Response(304, headers={"etag": 'W/"1"'})
        return httpx.Response(200, json={"lines": [1]}, headers={"etag": 'W/"1"'})

    api = speak(answer)
    assert api.list_lines() == api.list_lines()
    assert asked == [None, 'W/"1"']


def test_a_quota_is_waited_out_once_and_then_raised() -> None:
    tries: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        tries.append(1)
        problem = {"type": "/problems/quota-exceeded", "title": "No", "detail": "Wait."}
        return httpx.Response(429, json=problem, headers={"retry-after": "0"})

    with pytest.raises(HeadwayProblem, match="Wait") as raised:
        speak(answer).list_lines()
    assert raised.value.type == "/problems/quota-exceeded"
    assert len(tries) == 2


@pytest.mark.parametrize("body", [b"<h1>Away</h1>", b'"away"', b""])
def test_what_a_balancer_says_is_a_problem_like_any_other(body: bytes) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(502, content=body, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"})

    with pytest.raises(HeadwayProblem, match="502") as raised:
        speak(answer).list_lines()
    assert raised.value.type == ""


async def test_the_async_client_reads_what_the_api_answers(city: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))
    transport = httpx.ASGITransport(app=city.api.app)
    async with AsyncHeadway(
        "http://headway.test", "hw_key", client=httpx.AsyncClient(transport=transport, base_url="http://headway.test")
    ) as api:
        arrivals = await api.list_arrivals("town:B", lines="town:1", limit=1)
        assert arrivals["arrivals"][0]["run_id"] == "town:t1-12:20260216"
        batch = await api.post_batch({"stops": ["town:B", "town:Z"]})
        assert [item["status"] for item in batch["items"]] == [200, 404]
        assert (await api.get_feed("trip-updates", "pb", timetable="town"))[:1] == b"\n"
        document = await api.get_stop_monitoring("xml", monitoring_ref="town:B")
        assert document.startswith(b"<?xml")
        with pytest.raises(HeadwayProblem, match="No stop"):
            await api.get_stop("town:Z")


class BrokenStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Some events, then a connection that breaks."""

    def __init__(self, *chunks: bytes, breaks: bool = True) -> None:
        self._chunks = chunks
        self._breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._breaks:
            raise httpx.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


SNAPSHOT = b': headway\nretry: 1000\n\nid: 1.0.5\nevent: snapshot\ndata: {"lines":[{"sequence":5}]}\n\n'
DELTA = b'id: 1.0.6\nevent: delta\ndata: {"lines":[{"sequence":6}]}\n\n'
STATIC = b'id: 1.0.6~7\nevent: static\ndata: {"timetable":"town","version":"b","previous":"a"}\n\n'
CHANGED = b'event: end\ndata: {"type":"/problems/grant-changed","status":403,"retry_after_s":0.01}\n\n'
REVOKED = b'event: end\ndata: {"type":"/problems/key-revoked","title":"Revoked","status":401}\n\n'


def _replicas(asked: list[str | None]) -> Handler:
    """Replicas in turn: one breaks within an event, two are full or away, one has another grant, the last ends it."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("last-event-id"))
        assert request.url.params["lines"] == "town:1"
        if len(asked) == 1:
            return httpx.Response(200, stream=BrokenStream(SNAPSHOT[:50], SNAPSHOT[50:], DELTA[:20]))
        if len(asked) == 3:
            return httpx.Response(200, stream=BrokenStream(CHANGED, breaks=False))
        if len(asked) == 2:
            return httpx.Response(503, headers={"retry-after": "0"}, json={"title": "Full"})
        if len(asked) == 4:
            # a balancer's own page, with a date where the API has seconds
            return httpx.Response(502, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, html="<h1>Bad</h1>")
        return httpx.Response(200, stream=BrokenStream(DELTA, REVOKED, breaks=False))

    return answer


def test_a_stream_goes_on_after_its_last_event_until_it_is_ended_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_FIRST_WAIT_S", 0.0)
    asked: list[str | None] = []
    events: list[Event] = []

    def hear() -> None:
        for event in follow(speak(_replicas(asked)), lines=["town:1"]):
            events.append(event)  # noqa: PERF402 - what was heard before the end counts

    with pytest.raises(HeadwayProblem, match="Revoked"):
        hear()
    assert [(each.name, each.id, each.data["lines"][0]["sequence"]) for each in events] == [
        ("snapshot", "1.0.5", 5),
        ("delta", "1.0.6", 6),
    ]
    assert asked == [None, "1.0.5", "1.0.5", "1.0.5", "1.0.5"]


def test_a_change_of_timetable_is_handed_on_and_gone_on_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_FIRST_WAIT_S", 0.0)
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("last-event-id"))
        return httpx.Response(200, stream=BrokenStream(STATIC))

    heard = follow(speak(answer), lines=["town:1"])
    event = next(heard)
    assert (event.name, event.id, event.data["version"]) == ("static", "1.0.6~7", "b")
    next(heard)
    assert asked == [None, "1.0.6~7"]


async def test_a_stream_goes_on_the_same_way_under_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_FIRST_WAIT_S", 0.0)
    asked: list[str | None] = []
    client = httpx.AsyncClient(transport=httpx.MockTransport(_replicas(asked)), base_url="http://headway.test")
    heard: list[str] = []

    async def hear() -> None:
        async for event in follow_async(AsyncHeadway("http://headway.test", "k", client=client), lines=["town:1"]):
            heard.append(event.id)  # noqa: PERF401 - what was heard before the end counts

    with pytest.raises(HeadwayProblem, match="Revoked"):
        await hear()
    assert (heard, asked) == (["1.0.5", "1.0.6"], [None, "1.0.5", "1.0.5", "1.0.5", "1.0.5"])
