"""A stream's way out: server-sent events over HTTP, or the same as messages of a WebSocket."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from api.gzip_parts import HEAD, pack
from api.lane.answers import NO_STORE
from api.problems import GRANT_CHANGED
from api.streaming.events import Event
from api.streaming.keeper import Keeper
from api.streaming.stream import Ending, Stream

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

RETRY_MS: Final = 1000
"""How long a browser waits before it connects again; spread by the client, not by us."""

_GREETING: Final = b": headway\nretry: %d\n\n" % RETRY_MS
_PACKED_GREETING: Final = HEAD + pack(_GREETING)
_HEAD: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    NO_STORE,
    # proxies that collect answers before they pass them on would hold a stream back
    (b"x-accel-buffering", b"no"),
    (b"vary", b"accept-encoding, accept-language"),
    (b"access-control-allow-origin", b"*"),
]
_PACKED_HEAD: Final = [*_HEAD, (b"content-encoding", b"gzip")]
NORMAL_CLOSE: Final = 1000
AGAIN_LATER: Final = 1013
POLICY: Final = 1008
"""What RFC 6455 has for a client that is not to come back as things stand."""

_SHUT_OUT: Final = (401, 403)


async def serve_events(stream: Stream, receive: Receive, send: Send, *, packed: bool) -> None:
    """Serve a stream as server-sent events until it ends or its client goes."""

    async def write(event: Event) -> None:
        for piece in event.pieces(packed=packed):
            await send({"type": "http.response.body", "body": piece, "more_body": True})

    headers = _PACKED_HEAD if packed else _HEAD
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    greeting = _PACKED_GREETING if packed else _GREETING
    await send({"type": "http.response.body", "body": greeting, "more_body": True})
    if await _pump(stream, receive, write, until="http.disconnect"):
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def serve_socket(stream: Stream, receive: Receive, send: Send) -> None:
    """Serve a stream over an accepted WebSocket; what the client says is not looked at."""

    async def write(event: Event) -> None:
        await send({"type": "websocket.send", "text": event.message()})

    if await _pump(stream, receive, write, until="websocket.disconnect"):
        code, reason = why_closed(stream.ending)
        await send({"type": "websocket.close", "code": code, "reason": reason})


def why_closed(ending: Ending | None) -> tuple[int, str]:
    """The code and the reason with which a WebSocket is closed: who has nothing to come back for is not told to."""
    if ending is None:
        return NORMAL_CLOSE, ""
    problem = ending.problem
    # with a grant that changed one does come back: the stream goes on with what is granted now
    is_shut_out = problem.status in _SHUT_OUT and problem is not GRANT_CHANGED
    return POLICY if is_shut_out else AGAIN_LATER, problem.slug


async def _pump(stream: Stream, receive: Receive, write: Callable[[Event], Awaitable[None]], *, until: str) -> bool:
    """Write events until the stream ends; ``False`` where the client went first, or does not take any."""
    sender = asyncio.create_task(_write_all(stream, write))
    stream.abort = sender.cancel
    gone = asyncio.create_task(_await_end(receive, until))
    try:
        await asyncio.wait((sender, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        is_over = sender.done() and not sender.cancelled()
        gone.cancel()
        sender.cancel()
        outcome = await asyncio.gather(sender, gone, return_exceptions=True)
    if is_over and isinstance(outcome[0], Exception):
        raise outcome[0]
    return is_over


async def _write_all(stream: Stream, write: Callable[[Event], Awaitable[None]]) -> None:
    async for event in stream.events():
        await write(event)
        stream.sent_at = time.monotonic()


async def _await_end(receive: Receive, until: str) -> None:
    while (await receive())["type"] != until:
        pass


class OpenStream:
    """A stream with its place in the keeper and its right to be open, both given back at the end."""

    def __init__(self, stream: Stream, keeper: Keeper, right: Any) -> None:
        self.stream = stream
        self._keeper = keeper
        self._right = right

    def __enter__(self) -> Stream:
        self._keeper.add(self.stream, self._right)
        return self.stream

    def __exit__(self, *_: object) -> None:
        self._keeper.drop(self.stream)
        self.stream.close()
        if self._right is not None:
            self._right.close()
