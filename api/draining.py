"""Going down without a failed request: kept-alive connections are answered and closed, requests in flight awaited."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_CLOSE: Final = (b"connection", b"close")


class Draining:
    """Wraps the whole application; once ``draining`` is set, every answer tells its client to close the connection."""

    def __init__(self, app: App, draining: asyncio.Event) -> None:
        self._app = app
        self._draining = draining
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.started = asyncio.Event()
        """Set when the application has started and requests are answered."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand a request on, counting it while it lasts."""
        if scope["type"] != "http":
            await self._app(scope, receive, self._noticing(send) if scope["type"] == "lifespan" else send)
            return
        self._in_flight += 1
        self._idle.clear()
        try:
            await self._app(scope, receive, self._closing(send) if self._draining.is_set() else send)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    def _noticing(self, send: Send) -> Send:
        async def send_on(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self.started.set()

        return send_on

    @staticmethod
    def _closing(send: Send) -> Send:
        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], _CLOSE]}
            await send(message)

        return send_on

    async def drained(self) -> None:
        """Wait until no request is in flight."""
        await self._idle.wait()
