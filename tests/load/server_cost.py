"""The processor time that a server on this machine has spent: those that listen on its port, and their children."""

import contextlib
from urllib.parse import urlsplit

import psutil


def find_servers(host: str) -> list[psutil.Process]:
    """The server's processes; none where it runs on another machine."""
    parts = urlsplit(host)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return []
    port = parts.port or (443 if parts.scheme == "https" else 80)
    listening = {
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid
    }
    found: dict[int, psutil.Process] = {}
    for pid in listening:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            found |= {each.pid: each for each in (process, *process.children(recursive=True))}
    return list(found.values())


def spent_s(servers: list[psutil.Process]) -> float:
    """User and system time of all of them, in seconds; one that has ended counts no more."""
    total = 0.0
    for server in servers:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = server.cpu_times()
            total += times.user + times.system
    return total
