"""The API's listening socket, held for as long as all runs: connections wait in it while API processes come and go."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from runtime.errors import UserError

_BACKLOG: Final = 4096


@contextmanager
def hold_listener(host: str, port: int) -> Iterator[int]:
    """Listen while the block runs; what is yielded is the file descriptor that API processes get.

    Raises:
        UserError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            raise UserError(f"port {port} on {host} is taken: choose another with --port") from None
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        yield listener.fileno()
