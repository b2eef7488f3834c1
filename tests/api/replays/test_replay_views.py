"""What lies below a replay's path is answered from that replay's view, over HTTP and WebSockets alike."""

from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from fastapi import FastAPI

from api.replays.replay_views import ReplayViews
from runtime.settings import Settings

REPLAYED = "replayed"


class Asked:
    """Requests to a replay ``monday`` that runs, and a live application that says so of itself."""

    def __init__(self) -> None:
        listed: Any = SimpleNamespace(states={"monday": SimpleNamespace(namespace="n1", error=None)})
        self.answered: list[tuple[str, str]] = []
        self.sent: list[Any] = []
        made = SimpleNamespace(app=self._answer_of(REPLAYED), application=FastAPI())
        self.views = ReplayViews(self._answer_of("live"), Settings(), listed, lambda _: made)

    def _answer_of(self, whose: str) -> Any:
        async def answer(scope: Any, _receive: Any, _send: Any) -> None:
            self.answered.append((whose, scope["path"]))

        return answer

    async def ask(self, kind: str, path: str) -> None:
        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            self.sent.append(message)

        scope = {"type": kind, "method": "GET", "path": path, "raw_path": path.encode(), "headers": []}
        await self.views({**scope, "extensions": {"websocket.http.response": {}}}, receive, send)


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_a_stream_of_a_replay_is_of_its_view_whichever_way_it_is_opened(kind: str) -> None:
    asked = Asked()
    await asked.ask(kind, "/v1/replays/monday/stream")
    await asked.ask(kind, "/v1/stream")
    assert asked.answered == [(REPLAYED, "/v1/stream"), ("live", "/v1/stream")]


@pytest.mark.parametrize(("kind", "prefix"), [("http", ""), ("websocket", "websocket.")])
async def test_a_replay_that_does_not_run_is_said_so(kind: str, prefix: str) -> None:
    asked = Asked()
    await asked.ask(kind, "/v1/replays/tuesday/stream")
    start, body = asked.sent
    assert (start["type"], start["status"]) == (f"{prefix}http.response.start", 404)
    assert orjson.loads(body["body"])["type"] == "/problems/no-such-replay"
