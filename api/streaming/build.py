"""What a process needs to stream: the log it follows, and the keeper of its open streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.fate import Fate
from api.overriding.watch import OverrideWatch
from api.streaming.hub import Hub
from api.streaming.keeper import Keeper
from api.view.memory import View
from runtime.settings import Settings


class Streams:
    """One process's streams."""

    def __init__(self, view: View, settings: Settings, draining: asyncio.Event) -> None:
        self.view = view
        self.hub = Hub(view, settings)
        self.keeper = Keeper(draining)
        self.overrides = OverrideWatch(view, self.hub, settings)

    @asynccontextmanager
    async def running(self, fate: Fate, *, is_fed: bool = False) -> AsyncIterator[None]:
        """Follow the log, or tell what the hub ``is_fed``, and keep the streams while the block runs."""
        log = self.hub.run_fed() if is_fed else self.hub.run()
        tasks = [
            asyncio.create_task(log, name="stream log"),
            asyncio.create_task(self.keeper.run(), name="stream keeper"),
            asyncio.create_task(self.overrides.run(), name="overrides"),
        ]
        for task in tasks:
            fate.hang_on(task)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
