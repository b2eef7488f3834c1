"""The API's listening socket, held for as long as all runs: connections wait in it while API processes come and go."""

import errno
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
        UserError: the port is taken, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as refused:
            raise UserError(_why(refused, host, port)) from None
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        yield listener.fileno()


def _why(refused: OSError, host: str, port: int) -> str:
    if refused.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken: choose another with --port"
    if refused.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} on {host} is not for this user: choose one from 1024 on with --port"
    return f"--host {host}: {refused.strerror}; use an address of this machine, such as 127.0.0.1 or 0.0.0.0"
