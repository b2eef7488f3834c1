"""``headway admin``: the staff's port."""

import asyncio
from typing import Annotated

import typer

from runtime.logs import set_up_logs
from runtime.settings import load_settings


def admin(
    *,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Instead of HEADWAY_ADMIN_PORT (8002).")] = None,
) -> None:
    """Serve /v1/admin for staff, on loopback unless HEADWAY_ADMIN_HOST says else; put TLS in front of it elsewhere."""
    from api.admin.app import serve_admin  # noqa: PLC0415 - the web server's libraries only where they are needed

    settings = load_settings()
    set_up_logs(settings, process="admin")
    asyncio.run(serve_admin(settings if port is None else settings.model_copy(update={"admin_port": port})))
