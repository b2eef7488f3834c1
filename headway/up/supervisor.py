"""All of Headway's processes on this machine: started in order, watched, ended in order."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from headway.up.service import Death, Service

LOOK_EVERY_S: Final = 0.2
"""A dead process is noticed this soon."""


class Supervisor:
    """Holds the services by stage: reports flow from the first stage to the last, so stages end in that order.

    ``on_death`` is told of each process that ended by itself. ``on_change`` is told the process ids after every start.
    """

    def __init__(
        self,
        stages: Sequence[Sequence[Service]],
        *,
        on_death: Callable[[Death], None],
        on_change: Callable[[list[int]], None],
    ) -> None:
        self.stages = stages
        self._on_death = on_death
        self._on_change = on_change

    @property
    def services(self) -> list[Service]:
        """Every service, first stage first."""
        return [service for stage in self.stages for service in stage]

    def pids(self) -> list[int]:
        """The processes that run."""
        return [service.child.pid for service in self.services if service.child is not None and service.is_running()]

    def start(self, services: Iterable[Service]) -> None:
        """Start services that do not run and have not finished."""
        for service in services:
            if not service.is_running() and not service.has_finished:
                service.start(time.monotonic())
        self._on_change(self.pids())

    def look(self) -> None:
        """Notice deaths and start again what is due.

        Raises:
            UserError: a service refuses its settings.
        """
        before = self.pids()
        for service in self.services:
            death = service.look(time.monotonic())
            if death is not None:
                self._on_death(death)
        if self.pids() != before:
            self._on_change(self.pids())

    async def watch(self) -> None:
        """Look for ever.

        Raises:
            UserError: a service refuses its settings.
        """
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def stop(self, services: Iterable[Service], within_s: float) -> None:
        """End these services together."""
        await asyncio.gather(*(service.stop(within_s) for service in services))

    async def stop_all(self, within_s: float) -> None:
        """End every stage in turn, all within ``within_s``: an early stage leaves its time to the later ones."""
        until = time.monotonic() + within_s
        for number, stage in enumerate(self.stages):
            left = max(0.0, until - time.monotonic())
            await self.stop(stage, left / (len(self.stages) - number))
