"""How fast recorded time passes: a speed that may change, and pauses."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

AS_FAST_AS_IT_GOES: Final = 0.0


class Pace:
    """Recorded seconds against the monotonic clock, ``speed`` times as fast; ``AS_FAST_AS_IT_GOES`` never waits."""

    def __init__(self, speed: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._speed = speed
        self._paused = False
        self._began: tuple[float, float] | None = None
        self._changed = asyncio.Event()

    async def reach(self, time_s: float) -> None:
        """Return when recorded time has come to ``time_s``; the first moment asked for is there at once."""
        if self._began is None:
            self._began = (self._clock(), time_s)
        while (wait_s := self._wait_s(time_s)) is None or wait_s > 0:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), wait_s)
            except TimeoutError:
                continue

    def set_speed(self, speed: float) -> None:
        """From now on time passes so fast."""
        self._stand()
        self._speed = speed
        self._changed.set()

    def pause(self) -> None:
        """Let time stand still."""
        self._stand()
        self._paused = True
        self._changed.set()

    def resume(self) -> None:
        """Let time pass again."""
        self._stand()
        self._paused = False
        self._changed.set()

    def _wait_s(self, time_s: float) -> float | None:
        """How long to wait for a moment; ``None``: until something changes."""
        if self._paused:
            return None
        if self._speed == AS_FAST_AS_IT_GOES or self._began is None:
            self._began = (self._clock(), time_s)
            return 0.0
        began_at, began_s = self._began
        return began_at + (time_s - began_s) / self._speed - self._clock()

    def _stand(self) -> None:
        """Note where time has come to, so that what follows counts from here."""
        if self._began is None:
            return
        began_at, began_s = self._began
        now = self._clock()
        passed_s = 0.0 if self._paused else (now - began_at) * self._speed
        self._began = (now, began_s + passed_s)
