import gzip
from collections.abc import Callable

import httpx
import pytest

from runtime.settings import FeedSettings
from streams.doors.http_source import Backoff, HttpSource
from streams.doors.poll import Poll

Answer = Callable[[httpx.Request], httpx.Response]


async def poll(answer: Answer, count: int, **settings: object) -> list[Poll]:
    feed = FeedSettings.model_validate({"id": "f", "timetable": "t", "source": "https://feed.example/v.pb", **settings})
    source = HttpSource(feed, transport=httpx.MockTransport(answer))
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        return [await source._poll(client, second) for second in range(count)]


async def test_a_feed_is_asked_for_only_if_it_changed() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.headers))
        if request.headers.get("If-None-Match") == '"v1"':
            return httpx.Response(304)
        return httpx.Response(200, content=b"feed", headers={"ETag": '"v1"', "Last-Modified": "yesterday"})

    assert await poll(answer, 2) == [Poll(0, b"feed"), Poll(1)]
    assert asked[1]["if-modified-since"] == "yesterday"


async def test_a_packed_answer_is_unpacked_and_its_true_size_counts() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        packed = gzip.compress(b"\0" * 100_000)
        return httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"})

    assert (await poll(answer, 1))[0].content == b"\0" * 100_000
    assert "larger than the 5000 bytes" in str((await poll(answer, 1, max_bytes=5000))[0].error)


@pytest.mark.parametrize("status", [403, 404, 500, 503])
async def test_a_refusal_is_a_poll_that_failed(status: int) -> None:
    assert f"answers {status}" in str((await poll(lambda _request: httpx.Response(status), 1))[0].error)


async def test_a_lost_connection_is_a_poll_that_failed_and_the_server_is_left_alone_for_a_while() -> None:
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        raise httpx.ConnectError("refused", request=request)

    polls = await poll(answer, 5, poll_s=60.0)
    assert {found.error for found in polls} == {"ConnectError: refused"}
    assert asked == 1


def test_waits_double_up_to_five_minutes_and_a_success_ends_them() -> None:
    backoff = Backoff(10.0, chance=lambda: 1.0)
    waits = []
    for _ in range(8):
        backoff.fail(0.0)
        waits.append(next(second for second in range(1000) if not backoff.is_waiting(second)))
    assert waits == [5, 15, 35, 75, 155, 295, 295, 295]
    backoff.succeed()
    assert not backoff.is_waiting(0.0)


def test_chance_spreads_waits_and_a_server_that_names_its_time_is_heeded() -> None:
    backoff = Backoff(10.0, chance=lambda: 0.0)
    backoff.fail(0.0)
    assert not backoff.is_waiting(0.0)
    backoff.fail(0.0, retry_after_s=120)
    assert backoff.is_waiting(119)
    assert not backoff.is_waiting(120)
