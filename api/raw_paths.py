"""Routes are matched on the path as it was sent, so that an id may hold an encoded slash; HEAD is answered as GET."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_ANY_PAGE = (b"access-control-allow-origin", b"*")
_OWN_PAGE = "/console/"
"""What lies below is for the page that this process serves, and no other."""


class RawPaths:
    """Wraps the application: undecoded paths in, no body out to HEAD, and any page may read what needs no key."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw: bytes | None = scope.get("raw_path")
        path = scope["path"] if raw is None else raw.partition(b"?")[0].decode("ascii", "replace")
        is_head = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and not path.startswith(_OWN_PAGE):
                message = {**message, "headers": [*message["headers"], _ANY_PAGE]}
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "path": path, "method": "GET" if is_head else scope["method"]}, receive, send_on)
