"""Long work on the loop in slices: others have their turn in between."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

SLICE_S: Final = 0.003
"""How long (s) work goes on at a stretch, one step of it more at most."""


class Turns:
    """Counts from its making and from each turn that it gave."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._since = clock()

    async def give(self) -> None:
        """Let others have their turn, if it is time."""
        if self._clock() - self._since >= SLICE_S:
            await asyncio.sleep(0)
            self._since = self._clock()
