"""Ask a lane as a server would, without one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

import orjson

PATIENCE_S = 60.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> str:
        """The type of the problem answered."""
        return str(orjson.loads(self.body)["type"])


async def ask(
    lane: Any,
    path: str = "/v1/lines",
    key: str | None = None,
    method: str = "GET",
    body: bytes = b"",
    client: str = "127.0.0.1",
    **headers: str,
) -> Answer:
    """One request; underscores in header names stand for dashes."""
    start: dict[str, Any] = {}
    sent_body, body = body, b""

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": sent_body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal body
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body += message.get("body", b"")

    target, _, query = path.partition("?")
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    if key is not None:
        sent.append((b"x-api-key", key.encode()))
    scope = {"type": "http", "method": method, "path": target, "raw_path": target.encode(), "client": (client, 9)}
    scope |= {"http_version": "1.1", "scheme": "http", "root_path": "", "server": ("api", 80)}
    if sent_body and "content_type" not in headers:
        sent.append((b"content-type", b"application/json"))
    await lane({**scope, "query_string": query.encode(), "headers": sent}, receive, send)
    return Answer(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body)


async def plain_app(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with what its path asks for: a status in the last part, 200 otherwise; raises on ``/v1/fail``."""
    last = scope["path"].rsplit("/", 1)[-1]
    if last == "fail":
        raise RuntimeError("the application failed")
    partner = scope.get("state", {}).get("partner")
    status = int(last) if last.isdigit() else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": partner.partner_name.encode() if partner else b"nobody"})


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what another task or process is about to do, for as long as a busy machine may take."""
    until = time.monotonic() + PATIENCE_S
    while True:
        if await is_so():
            return
        assert time.monotonic() < until, f"not so within {PATIENCE_S} s"
        await asyncio.sleep(0.01)
