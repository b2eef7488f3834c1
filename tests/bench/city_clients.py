"""Clients of the whole city, in a process of their own: one looks through what it is told, the others drain it.

``python -m tests.bench.city_clients PORT KEY CLIENTS FOLDER``: leaves ``ready`` in the folder when all have their
snapshot, and at SIGTERM ``heard``: a line for each delta that the first client was told (line group, sequence, when),
then how many bytes each client got.
"""

import asyncio
import re
import signal
import sys
import time
import zlib
from pathlib import Path
from typing import Final

_NEWS: Final = re.compile(rb'"line_group":"([^"]+)","sequence":(\d+),"previous":\d+,"full":false')
_CHUNK: Final = 1 << 18
_OVERLAP: Final = 200
HOST: Final = "127.0.0.1"


class CityClient:
    """One stream of everything, compressed."""

    def __init__(self, *, looks: bool) -> None:
        self._looks = looks
        self.ready = asyncio.Event()
        self.bytes = 0
        self.heard: list[tuple[str, int, float]] = []

    async def follow(self, port: int, key: str) -> None:
        """Read until cancelled; unpack as far as the snapshot's end, or all of it."""
        reader, writer = await asyncio.open_connection(HOST, port, limit=_CHUNK)
        # HTTP/1.0: the body comes as it is, not in chunks
        head = f"GET /v1/stream?all=true HTTP/1.0\r\nHost: b\r\nAccept-Encoding: gzip\r\nX-API-Key: {key}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"\r\n\r\n")
        unpack, text = zlib.decompressobj(zlib.MAX_WBITS | 16), b""
        while taken := await reader.read(_CHUNK):
            self.bytes += len(taken)
            if self._looks or not self.ready.is_set():
                text = text[-_OVERLAP:] + unpack.decompress(taken)
                self._look_through(text)

    def _look_through(self, text: bytes) -> None:
        if b"event: ready" in text:
            self.ready.set()
        now = time.time()
        self.heard += [(found[1].decode(), int(found[2]), now) for found in _NEWS.finditer(text)]


async def follow_all(port: int, key: str, count: int, folder: Path) -> None:
    """Open all, say when they are ready, drain them until told to end."""
    clients = [CityClient(looks=not number) for number in range(count)]
    tasks = [asyncio.create_task(client.follow(port, key)) for client in clients]
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await asyncio.gather(*(client.ready.wait() for client in clients))
    (folder / "ready").touch()
    for client in clients:
        client.bytes = 0
    await ended.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    lines = [f"{key} {sequence} {at}" for key, sequence, at in dict.fromkeys(clients[0].heard)]
    (folder / "heard").write_text("\n".join([*lines, " ".join(str(client.bytes) for client in clients)]))


if __name__ == "__main__":
    asyncio.run(follow_all(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))
