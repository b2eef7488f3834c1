"""A small port on which a stream process says how it is: ``/health/live``, ``/health/ready`` and ``/metrics``."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final, Self

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest

from runtime.errors import UserError
from runtime.settings import Settings

_log = structlog.get_logger(__name__)

REQUEST_BYTES_MAX: Final = 8192
REQUEST_S: Final = 5.0

PROGRESS_AT: Final = Gauge("headway_progress_at", "When this process last got on with its work (POSIX s).")


class Health:
    """What a process says of itself: ready once it works, and when it last got on."""

    def __init__(self) -> None:
        self._ready = False
        self._moves: dict[str, int] = {"": 0}
        self._progress_at = 0.0
        PROGRESS_AT.set_function(lambda: self._progress_at)

    @property
    def moves(self) -> Mapping[str, int]:
        """How often each part of the process has moved so far; the part that is the process itself has no name."""
        return self._moves

    @property
    def is_ready(self) -> bool:
        """Whether the process does its work."""
        return self._ready

    def progress(self) -> None:
        """Note that the process gets on; the first time makes it ready."""
        self._ready = True
        self._progress_at = time.time()
        self.move()

    def expect(self, *parts: str) -> None:
        """From now on these parts have to move too, each by itself."""
        self._moves |= dict.fromkeys(parts, 0)

    def forget(self, part: str) -> None:
        """A part has come to its end: nothing more is expected of it."""
        self._moves.pop(part, None)

    def move(self, part: str = "") -> None:
        """Note that the process, or one part of it, moves: at work, waiting for some, or on its way to it."""
        self._moves[part] = self._moves.get(part, 0) + 1


class HealthPort:
    """Answers plain HTTP/1.1, one request a connection; with port 0 in the settings it does not listen."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        port = self._settings.metrics_port
        if port:
            try:
                self._server = await asyncio.start_server(
                    self._answer, self._settings.operations_host, port, limit=REQUEST_BYTES_MAX
                )
            except OSError as busy:
                raise UserError(f"HEADWAY_METRICS_PORT {port}: {busy.strerror}") from None
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_S):
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._respond(request.split(b" ", 2)[1:2]))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as wrong:
            _log.debug("health_request_failed", error=str(wrong))
        finally:
            writer.close()

    def _respond(self, target: list[bytes]) -> bytes:
        path = target[0] if target else b""
        if path == b"/metrics":
            return _response("200 OK", CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
        if path == b"/health/live":
            return _response("200 OK", "text/plain", b"live\n")
        if path == b"/health/ready":
            if self._health.is_ready:
                return _response("200 OK", "text/plain", b"ready\n")
            return _response("503 Service Unavailable", "text/plain", b"not yet at work\n")
        return _response("404 Not Found", "text/plain", b"try /health/live, /health/ready or /metrics\n")


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
