"""When a live feed is polled: at even steps, never twice in the same second."""

import asyncio
import time
from collections.abc import AsyncIterator


async def poll_times(poll_s: float) -> AsyncIterator[int]:
    """The POSIX second of each poll. A poll that came too late to be kept to is left out, not made up for."""
    last = 0
    started = time.monotonic()
    step = 0
    while True:
        now = int(time.time())
        if now > last:
            last = now
            yield now
        step = max(step + 1, int((time.monotonic() - started) / poll_s))
        await asyncio.sleep(max(started + step * poll_s - time.monotonic(), 0.0))
