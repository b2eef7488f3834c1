"""When a live feed is polled: at even steps, never twice in the same second."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

import structlog

SECOND_S: Final = 0.9
"""Steps of a second are a little uneven."""

_log = structlog.get_logger(__name__)


async def poll_times(poll_s: float) -> AsyncIterator[int]:
    """The POSIX second of each poll. A poll that came too late to be kept to is left out, not made up for.

    Where the clock is set back, seconds go on one by one until it has caught up: a feed's polls never run back.
    """
    last = 0
    ran_back = False
    polled_at = started = time.monotonic()
    step = 0
    while True:
        now = int(time.time())
        if now < last and not ran_back:
            _log.warning("clock_ran_back", by_s=last - now)
        ran_back = now < last
        if now > last or (ran_back and time.monotonic() - polled_at >= SECOND_S):
            last = max(now, last + 1)
            polled_at = time.monotonic()
            yield last
        step = max(step + 1, int((time.monotonic() - started) / poll_s))
        await asyncio.sleep(max(started + step * poll_s - time.monotonic(), 0.0))
