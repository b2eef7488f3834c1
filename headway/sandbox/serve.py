"""Serve a sandbox: a store and a ledger of its own in a folder that goes when it does, no broker."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from api.lane.build import build_lane
from headway.sandbox.control import in_front_of
from headway.sandbox.sandbox import Sandbox
from headway.sandbox.scene import make_timetable
from headway.sandbox.script import Script
from runtime.embedded.ports import is_free
from runtime.embedded.valkey import Valkey
from runtime.errors import ServiceError, UserError
from runtime.ledger.database import Ledger
from runtime.ledger.sandbox_partner import add_sandbox_partner
from runtime.settings import Settings

_CLOSE_WITHIN_S: Final = 2.0
_NO_BROKER: Final = "127.0.0.1:1"
"""Nobody listens there: usage is counted for quotas, and reported to nobody."""


@asynccontextmanager
async def serving(script: Script, *, host: str, port: int, plan: str) -> AsyncIterator[Sandbox]:
    """Serve a script's sandbox while the block runs, from its start on.

    Raises:
        UserError: the port is taken, there is no such plan, or the script does not fit its city.
        ServiceError: the store or the server did not start.
    """
    if not is_free(port, host):
        raise UserError(f"--port {port}: another process listens there; choose another")
    timetable = await asyncio.to_thread(make_timetable, script)
    with tempfile.TemporaryDirectory(prefix="headway-sandbox-") as made:
        folder = Path(made)
        store = Valkey(folder / "store")
        store.launch()
        try:
            await asyncio.to_thread(store.wait_ready)
            settings = Settings(
                data_folder=folder,
                database=f"sqlite+aiosqlite:///{folder / 'ledger.db'}",
                store=store.url,
                broker=_NO_BROKER,
                api_host=host,
                api_port=port,
            )
            await _open_ledger(settings, plan)
            sandbox = Sandbox(script, timetable, settings)
            await sandbox.reset()
            async with _listening(sandbox, settings):
                yield sandbox
        finally:
            store.stop()


async def _open_ledger(settings: Settings, plan: str) -> None:
    ledger = Ledger(settings.database)
    try:
        await add_sandbox_partner(ledger, plan=plan)
    finally:
        await ledger.close()


@asynccontextmanager
async def _listening(sandbox: Sandbox, settings: Settings) -> AsyncIterator[None]:
    api = sandbox.api
    lane = build_lane(api.app, settings=settings, rendered=api.view.rendered, fate=api.fate)
    server = Server(
        in_front_of(lane, sandbox),
        address=settings.api_host,
        port=settings.api_port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        log_enabled=False,
        websockets=True,
    )
    running = asyncio.create_task(server.serve(), name="sandbox")
    try:
        await _wait_until_served(running, settings)
        yield
    finally:
        api.draining.set()
        server.stop()  # type: ignore[no-untyped-call]  # the library leaves it without types
        with suppress(TimeoutError):
            await asyncio.wait_for(running, _CLOSE_WITHIN_S)


async def _wait_until_served(running: "asyncio.Task[None]", settings: Settings) -> None:
    while True:
        if running.done():
            raise ServiceError(f"the sandbox's server ended: {running.exception() or 'it gave no reason'}")
        try:
            _, writer = await asyncio.open_connection(settings.api_host, settings.api_port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
