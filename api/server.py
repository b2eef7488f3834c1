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
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from api.app import Api, build_api
from api.draining import Draining
from api.fate import Fate
from api.lane.build import build_lane
from api.operations.endpoints import build_operations
from runtime.errors import HeadwayError, ServiceError, UserError
from runtime.settings import Settings
from schemas.api_process import ready_file

_log = structlog.get_logger(__name__)

LINGER_S: Final = 0.6
"""After the signal, how long kept-alive connections are still answered, each told to close: balancers and clients
look elsewhere for their next request meanwhile."""

STOP_WITHIN_S: Final = 2.0
"""Longest wait for requests in flight after that."""

CLOSE_WITHIN_S: Final = 0.3
"""And for the server to close connections that nothing is asked on."""

STREAMS_READY_WITHIN_S: Final = 20.0
"""How long a process that cannot read the log waits before it counts as ready without streams."""

_BACKLOG: Final = 4096

_CONNECTIONS_MAX: Final = 60_000
"""Open at once, streams included; the library's own limit is the backlog, beyond which connections wait unseen."""


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then drain within three seconds.

    Raises:
        UserError: a port is taken by a process that does not share it.
        ServiceError: the server, or a task that answers rest on, failed in a way that only a new start mends.
    """
    api = build_api(settings)
    public = Draining(
        build_lane(
            api.app,
            settings=settings,
            rendered=api.view.rendered,
            languages=api.view.shelf.languages,
            fate=api.fate,
        ),
        api.draining,
    )
    is_supervised = settings.api_listener >= 0
    operations_port = _choose_port(settings.operations_host, settings.operations_port, shared=is_supervised)
    if not is_supervised:
        _check_shared(settings.api_host, settings.api_port)
    operations = _server(
        build_operations(api, settings.operator_token, settings), settings.operations_host, operations_port
    )
    with _told(settings.data_folder / f"api-{os.getpid()}.operations", operations_port):
        server = _server(public, settings.api_host, settings.api_port, settings.api_listener)
        async with _running(operations), _running(server) as running, _saying_ready(settings, public, api):
            _log.info("api_started", port=settings.api_port, operations_port=operations_port)
            await _wait_for_signal(running, api.fate)
            api.draining.set()
            _log.info("api_draining")
            await asyncio.sleep(LINGER_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(public.drained(), STOP_WITHIN_S)


class _Server(Server):
    """Granian, on a listening socket that it is given (its file descriptor) or, at -1, on one of its own."""

    def __init__(self, *arguments: Any, listener: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._listener = listener

    def _init_shared_socket(self) -> None:
        if self._listener < 0:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]  # as above
        else:
            holder: Any = SocketHolder  # its types leave out what it is made of
            self._shd = holder(self._listener, False, _BACKLOG)


def _server(app: Any, host: str, port: int, listener: int = -1) -> Server:
    return _Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        # a connection that may yet turn out to speak HTTP/2 takes 12 KB more, which is a third of a stream
        http=HTTPModes.http1,
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS_MAX,
        log_enabled=False,
        websockets=True,
        listener=listener,
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
            await asyncio.wait_for(task, CLOSE_WITHIN_S)


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


def _choose_port(host: str, port: int, *, shared: bool) -> int:
    """The operations port: the one asked for, or one that is free where 0 is asked for.

    ``shared``: the process that this one follows may still have it.

    Raises:
        UserError: another process has it.
    """
    with socket.socket(_family(host)) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(shared))
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


@asynccontextmanager
async def _saying_ready(settings: Settings, public: Draining, api: Api) -> AsyncIterator[None]:
    """Leave a file from when requests and streams are answered, for whoever waits to end the process before this."""
    path = ready_file(settings.data_folder, os.getpid())

    async def say() -> None:
        await public.started.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(api.streams.hub.ready.wait(), STREAMS_READY_WITHIN_S)
        path.touch()

    saying = asyncio.create_task(say(), name="saying that the process is ready")
    try:
        yield
    finally:
        saying.cancel()
        path.unlink(missing_ok=True)


@contextmanager
def _told(path: Path, port: int) -> Iterator[None]:
    """Leave the operations port in a file while the process serves, for whoever started it with port 0."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{port}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
