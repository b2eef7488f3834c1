"""A WebSocket through a lane as a server opens it, without one."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import orjson

from tests.api.lane.asking import PATIENCE_S, Answer


class Socket:
    """A partner's side of a WebSocket: what it was told, or the answer that it was refused with."""

    def __init__(self, lane: Any, target: str, key: str | None = None, **headers: str) -> None:
        self._to_us: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._to_lane: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._to_lane.put_nowait({"type": "websocket.connect"})
        path, _, query = target.partition("?")
        sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        if key is not None:
            sent.append((b"x-api-key", key.encode()))
        scope: dict[str, Any] = {"type": "websocket", "path": path, "raw_path": path.encode()}
        scope |= {"client": ("127.0.0.1", 9), "server": ("api", 80), "scheme": "ws", "root_path": ""}
        scope |= {
            "query_string": query.encode(),
            "headers": sent,
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        self._served = asyncio.create_task(lane(scope, self._to_lane.get, self._to_us.put))

    async def _take(self, kind: str) -> MutableMapping[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            message = await self._to_us.get()
        assert message["type"] == kind, message
        return message

    async def accepted(self) -> None:
        """It is open."""
        await self._take("websocket.accept")

    async def refused(self) -> Answer:
        """It was not opened: the answer instead."""
        start = await self._take("websocket.http.response.start")
        body = await self._take("websocket.http.response.body")
        await self._served
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, body["body"])

    async def refusal(self) -> str | None:
        """The text of the answer that it was refused with; ``None``: it is open."""
        async with asyncio.timeout(PATIENCE_S):
            message = await self._to_us.get()
        if message["type"] == "websocket.accept":
            return None
        return str((await self._take("websocket.http.response.body"))["body"].decode())

    async def event(self) -> dict[str, Any]:
        """The next message."""
        found: dict[str, Any] = orjson.loads((await self._take("websocket.send"))["text"])
        return found

    async def closed(self) -> tuple[int, str]:
        """The code and the reason that the lane closed it with."""
        close = await self._take("websocket.close")
        await self._served
        return close["code"], close["reason"]

    async def leave(self) -> None:
        """Close it from this side."""
        self._to_lane.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self._served
