"""Free TCP ports for local servers."""

import random
import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"

_FIRST: Final = 20_000
_LAST: Final = 32_000
"""Below the range from which Linux takes the ports of outgoing connections, so that none of those steals a port."""

_TRIES: Final = 200


def find_free_port() -> int:
    """A loopback port that nobody listens on at this moment.

    Raises:
        OSError: none of many tried is free.
    """
    chance = random.SystemRandom()
    for _ in range(_TRIES):
        port = chance.randint(_FIRST, _LAST)
        if is_free(port):
            return port
    raise OSError(f"no free port between {_FIRST} and {_LAST}")


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on ``port`` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
