"""How large a request's body may be: read no further than that, whoever sends it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from api.crosswalks.upload_size import UPLOAD_BYTES_MAX, is_upload
from api.problems import BODY_TOO_LARGE, INVALID_PARAMETER, Problem, problem_response
from api.raw_paths import App

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_BYTES_MAX: Final = 64 * 1024
BATCH_BYTES_MAX: Final = 512 * 1024
"""A thousand ids with fields: some 100 KB; partners' own ids may be long."""

_SMALLER: Final = (("/operations/replays", 16 * 1024), ("/sandbox", 1024))
"""What a replay's plan, and a step of the sandbox's clock, may be large."""

_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    """Stands before an application, which reads bodies whole: a larger one is answered 413 before it is in memory."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with its body, or say that it is too large."""
        if scope["type"] != "http" or scope["method"] in _BODILESS:
            await self._app(scope, receive, send)
            return
        body = await read_body(receive, scope)
        if isinstance(body, Problem):
            most = body_bytes_max(scope["method"], scope["path"])
            is_large = body is BODY_TOO_LARGE
            detail = f"The body has more than {most} bytes." if is_large else "The request ended before its body did."
            await problem_response(body, detail)(scope, receive, send)
            return
        await self._app(scope, given_again(body, receive), send)


def body_bytes_max(method: str, path: str) -> int:
    """How many bytes a request may bring for what it asks."""
    if is_upload(method, path):
        return UPLOAD_BYTES_MAX
    if method == "POST" and path.endswith("/arrivals"):
        return BATCH_BYTES_MAX
    return next((most for start, most in _SMALLER if path.startswith(start)), BODY_BYTES_MAX)


async def read_body(receive: Receive, scope: Scope) -> bytes | Problem:
    """A request's whole body, where it is not too large for what it asks, nor cut short by a sender that went away."""
    most = body_bytes_max(scope["method"], scope["path"])
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            return BODY_TOO_LARGE
        if piece:
            pieces.append(piece)
        if message["type"] != "http.request":
            return INVALID_PARAMETER
        if not message.get("more_body", False):
            # of one piece, as a body is that was read before, no copy is made
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def given_again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, for the application to read."""
    return told_first({"type": "http.request", "body": body, "more_body": False}, receive)


def told_first(message: MutableMapping[str, Any], receive: Receive) -> Receive:
    """What was received already, for the application to receive before the rest."""
    is_told = False

    async def receive_on() -> MutableMapping[str, Any]:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return message

    return receive_on
