"""The staff's application, and its server."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from api.admin.audit_endpoints import router as audit
from api.admin.endpoints import router as admin
from api.admin.page import mount_staff_page
from api.body_limit import BodyLimit
from api.failures import write_failures_as_problems
from api.own.affairs import give_affairs
from api.raw_paths import App, RawPaths
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import check_migrated
from runtime.settings import Settings

_BACKLOG: Final = 128
_STOP_WITHIN_S: Final = 2.0
_log = structlog.get_logger(__name__)


def build_admin(settings: Settings) -> App:
    """The staff's application."""

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await affairs.close()

    app = FastAPI(title="Headway for staff", version="1", docs_url=None, redoc_url=None, lifespan=live)
    affairs = give_affairs(app, settings)
    app.include_router(audit)
    app.include_router(admin)
    mount_staff_page(app)
    write_failures_as_problems(app)
    return BodyLimit(RawPaths(app))


async def serve_admin(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        UserError: the database is of another version.
        ServiceError: the database cannot be reached, or the server ended by itself.
    """
    ledger = Ledger(settings.database)
    try:
        await check_migrated(ledger)
    finally:
        await ledger.close()
    server = Server(
        build_admin(settings),
        address=settings.admin_host,
        port=settings.admin_port,
        interface=Interfaces.ASGI,
        backlog=_BACKLOG,
        log_enabled=False,
        websockets=False,
    )
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    running, waiting = asyncio.create_task(server.serve()), asyncio.create_task(asked.wait())
    _log.info("admin_started", port=settings.admin_port)
    await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        raise ServiceError(f"the admin server ended: {running.exception() or 'it gave no reason'}")
    server.stop()  # type: ignore[no-untyped-call]  # the library leaves it without types
    await asyncio.wait((running,), timeout=_STOP_WITHIN_S)
