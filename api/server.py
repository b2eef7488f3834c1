"""One API process: Granian on the public port, which others may share, and on an operations port of its own."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import structlog
from granian.constants import Interfaces
from granian.server.embed import Server

from api.app import build_api
from api.draining import Draining
from api.fate import Fate
from api.lane.build import build_lane
from api.operations.endpoints import build_operations
from runtime.errors import HeadwayError, ServiceError, UserError
from runtime.settings import Settings

_log = structlog.get_logger(__name__)

LINGER_S: Final = 0.6
"""After the signal, how long kept-alive connections are still answered, each told to close: balancers and clients
look elsewhere for their next request meanwhile."""

STOP_WITHIN_S: Final = 2.0
"""Longest wait for requests in flight after that."""

_BACKLOG: Final = 1024


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then drain within three seconds.

    Raises:
        UserError: a port is taken by a process that does not share it.
        ServiceError: the server, or a task that answers rest on, failed in a way that only a new start mends.
    """
    api = build_api(settings)
    public = Draining(build_lane(api.app, settings=settings, rendered=api.view.rendered, fate=api.fate), api.draining)
    operations_port = _choose_port(settings.operations_host, settings.operations_port)
    _check_shared(settings.api_host, settings.api_port)
    operations = _server(
        build_operations(api, settings.operator_token, settings), settings.operations_host, operations_port
    )
    with _told(settings.data_folder / f"api-{os.getpid()}.operations", operations_port):
        async with _running(operations), _running(_server(public, settings.api_host, settings.api_port)) as running:
            _log.info("api_started", port=settings.api_port, operations_port=operations_port)
            await _wait_for_signal(running, api.fate)
            api.draining.set()
            _log.info("api_draining")
            await asyncio.sleep(LINGER_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(public.drained(), STOP_WITHIN_S)


def _server(app: Any, host: str, port: int) -> Server:
    return Server(
        app, address=host, port=port, interface=Interfaces.ASGI, backlog=_BACKLOG, log_enabled=False, websockets=True
    )


@asynccontextmanager
async def _running(server: Server) -> AsyncIterator["asyncio.Task[None]"]:
    """Run a server while the block does; one that cannot start fails the block when it is awaited."""
    task = asyncio.create_task(server.serve(), name=f"server on {server.bind_port}")
    try:
        yield task
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # the library leaves it without types
        with suppress(TimeoutError):
            await asyncio.wait_for(task, STOP_WITHIN_S)


async def _wait_for_signal(running: "asyncio.Task[None]", fate: Fate) -> None:
    """Return on SIGTERM or SIGINT.

    Raises:
        ServiceError: the server ended by itself, or a task that it cannot do without, with what it died of.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    waiting = [asyncio.create_task(each.wait()) for each in (asked, fate.sealed)]
    await asyncio.wait((*waiting, running), return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
    if fate.sealed.is_set():
        raise ServiceError(fate.reason)
    if running.done():
        failure = running.exception()
        if isinstance(failure, HeadwayError):
            raise failure
        raise ServiceError(f"the API's server ended: {failure or 'it gave no reason'}")


def _choose_port(host: str, port: int) -> int:
    """The operations port: the one asked for, or one that is free where 0 is asked for.

    Raises:
        UserError: another process has it.
    """
    with socket.socket(_family(host)) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        except OSError as taken:
            raise UserError(
                f"operations port {host}:{port}: {taken.strerror}; each API process needs its own, 0 chooses one"
            ) from None
        chosen: int = probe.getsockname()[1]
        return chosen


def _check_shared(host: str, port: int) -> None:
    """Make sure that the public port is free or shared by API processes.

    Raises:
        UserError: another kind of process has it.
    """
    with socket.socket(_family(host)) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            probe.bind((host, port))
        except OSError as taken:
            raise UserError(f"public port {host}:{port}: {taken.strerror}; set HEADWAY_API_PORT to another") from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@contextmanager
def _told(path: Path, port: int) -> Iterator[None]:
    """Leave the operations port in a file while the process serves, for whoever started it with port 0."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{port}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
