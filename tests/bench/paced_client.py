"""A load of a steady rate over few connections, timed from when each request was due: what waits is counted too."""

import asyncio
import os
import statistics
import time
from itertools import cycle
from typing import Final, NamedTuple

from runtime.errors import UserError

SECONDS: Final = 4.0


class _Pace(NamedTuple):
    """When a client's first request is due, how far apart they are (s), and which are counted."""

    first_at: float
    each_s: float
    since: float
    until: float


def written(target: str, headers: dict[str, str]) -> bytes:
    """A request as it is sent."""
    lines = [f"GET {target} HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def p99_ms_of(
    port: int, requests: list[list[bytes]], per_s: float, *, warm_up_s: float = 0.0, seconds: float = SECONDS
) -> float:
    """The 99th percentile (ms) of answers to requests sent evenly; ``per_s`` is that of all.

    A connection for each list, whose requests it sends in turn, again and again. What is sent in the first
    ``warm_up_s`` is not counted: else it counts how long nobody had asked before.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before - {0} or before)
    try:
        waited = asyncio.run(_run(port, requests, per_s, (warm_up_s, warm_up_s + seconds)))
    finally:
        os.sched_setaffinity(0, before)
    return statistics.quantiles(waited, n=100)[98] * 1000


async def _run(port: int, requests: list[list[bytes]], per_s: float, counted: tuple[float, float]) -> list[float]:
    waited: list[float] = []
    each_s, start = len(requests) / per_s, time.perf_counter() + 0.1
    since, until = (start + each for each in counted)
    clients = [
        _client(port, each, _Pace(start + i / per_s, each_s, since, until), waited) for i, each in enumerate(requests)
    ]
    await asyncio.gather(*clients)
    return waited


async def _client(port: int, requests: list[bytes], pace: _Pace, waited: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = pace.first_at
    for request in cycle(requests):
        if due >= pace.until:
            break
        if (early_s := due - time.perf_counter()) > 0.001:
            await asyncio.sleep(early_s)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise UserError(f"a partner within its plan was refused: {head[:200]!r}")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        if due >= pace.since:
            waited.append(time.perf_counter() - due)
        due += pace.each_s
    writer.close()
    await writer.wait_closed()
