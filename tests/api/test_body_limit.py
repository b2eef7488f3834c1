"""A body is read no further than what is asked may need."""

from typing import Any

import orjson
import pytest

from api.body_limit import (
    BATCH_BYTES_MAX,
    BODY_BYTES_MAX,
    BodyLimit,
    body_bytes_max,
    given_again,
    read_body,
    told_first,
)
from api.crosswalks.upload_size import UPLOAD_BYTES_MAX

PIECE = b"x" * 16_384


class Asked:
    """A request sent piece by piece to an application that reads it whole."""

    def __init__(self, method: str, path: str, pieces: int) -> None:
        self.scope: dict[str, Any] = {"type": "http", "method": method, "path": path}
        self.told: list[dict[str, Any]] = []
        self.read: bytes | None = None
        self.taken = 0
        self._pieces = iter(range(pieces, -1, -1))

    async def ask(self) -> None:
        async def receive() -> dict[str, Any]:
            left = next(self._pieces)
            self.taken += 1
            return {"type": "http.request", "body": PIECE if left else b"", "more_body": left > 0}

        async def send(message: Any) -> None:
            self.told.append(message)

        await BodyLimit(self.answer)(self.scope, receive, send)

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        del scope
        body = b""
        while (message := await receive())["more_body"]:
            body += message["body"]
        self.read = body + message["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def test_a_body_within_the_limit_reaches_the_application_whole() -> None:
    asked = Asked("POST", "/v1/webhooks", 3)
    await asked.ask()
    assert asked.read == 3 * PIECE
    assert asked.told[0]["status"] == 200


async def test_a_larger_body_is_answered_413_and_read_no_further() -> None:
    asked = Asked("POST", "/v1/admin/login", 10_000)
    await asked.ask()
    assert asked.read is None
    assert asked.told[0]["status"] == 413
    assert orjson.loads(asked.told[1]["body"])["type"].endswith("/problems/body-too-large")
    assert asked.taken == BODY_BYTES_MAX // len(PIECE) + 1


async def test_a_body_whose_sender_went_away_reaches_nobody_cut_short() -> None:
    asked = Asked("PUT", "/v1/me/crosswalks/city/stops", 2)

    async def receive() -> dict[str, Any]:
        asked.taken += 1
        body = {"type": "http.request", "body": PIECE, "more_body": True}
        return body if asked.taken == 1 else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        asked.told.append(message)

    await BodyLimit(asked.answer)(asked.scope, receive, send)
    assert asked.read is None
    assert asked.told[0]["status"] == 422


async def test_what_brings_no_body_is_handed_on_untouched() -> None:
    asked = Asked("GET", "/v1/lines", 2)
    await asked.ask()
    assert asked.read == 2 * PIECE


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/v1/arrivals", BATCH_BYTES_MAX),
        ("POST", "/v1/replays/r1/arrivals", BATCH_BYTES_MAX),
        ("PUT", "/v1/me/crosswalks/city/stops", UPLOAD_BYTES_MAX),
        ("PUT", "/v1/arrivals", BODY_BYTES_MAX),
        ("POST", "/v1/siri", BODY_BYTES_MAX),
        ("POST", "/operations/overrides", BODY_BYTES_MAX),
        ("POST", "/operations/replays", 16_384),
        ("POST", "/operations/replays/r1/seek", 16_384),
        ("POST", "/sandbox/step", 1024),
    ],
)
def test_each_request_may_bring_what_it_needs(method: str, path: str, most: int) -> None:
    assert body_bytes_max(method, path) == most


async def test_a_body_that_was_read_before_is_read_again_without_a_copy() -> None:
    asked = Asked("POST", "/v1/webhooks", 3)

    async def receive() -> dict[str, Any]:
        left = next(asked._pieces)
        return {"type": "http.request", "body": PIECE if left else b"", "more_body": left > 0}

    read = await read_body(receive, asked.scope)
    assert isinstance(read, bytes)
    assert await read_body(given_again(read, receive), asked.scope) is read


async def test_what_was_received_already_comes_once_and_then_the_rest() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "websocket.disconnect"}

    again = told_first({"type": "websocket.connect"}, receive)
    assert [(await again())["type"] for _ in range(3)] == ["websocket.connect", *["websocket.disconnect"] * 2]
