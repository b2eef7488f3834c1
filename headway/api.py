"""``headway api``: answer partners, and operators on a port of their own."""

from typing import Annotated

import typer
import uvloop

from api.server import serve
from runtime.logs import set_up_logs
from runtime.settings import load_settings


def api(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Public port; API processes may share it.")] = None,
    operations_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Operations port, loopback; 0 chooses one that is free.")
    ] = None,
) -> None:
    """Serve one API process; several share the public port, each with an operations port of its own.

    The operations port is left in ``api-<process id>.operations`` in the data folder; it takes HEADWAY_OPERATOR_TOKEN.

    Examples:
        headway api --port 8000

        HEADWAY_STORE=redis://store:6379/0 HEADWAY_OPERATOR_TOKEN=secret headway api --operations-port 0
    """
    settings = load_settings()
    asked = {"api_port": port, "operations_port": operations_port}
    settings = settings.model_copy(update={name: value for name, value in asked.items() if value is not None})
    set_up_logs(settings, process="api")
    uvloop.run(serve(settings))
