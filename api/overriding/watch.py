"""Keeps the overrides in force: read from the ledger, begun and ended at their time."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from api.streaming.hub import Hub
from api.view.memory import View
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.overrides import KEPT_S, list_overrides
from runtime.settings import Settings
from schemas.overrides import Override
from transit.overrides.edit_line import concerns

LOOK_EVERY_S: Final = 0.3
"""An override is in every answer within a second of being written."""

_log = structlog.get_logger(__name__)


class OverrideWatch:
    """The background task that puts overrides in force. A ledger that is away leaves those that are known."""

    def __init__(self, view: View, hub: Hub, settings: Settings) -> None:
        self._view = view
        self._hub = hub
        self._settings = settings
        self._known: list[Override] = []
        self._in_force: tuple[Override, ...] = ()

    async def run(self) -> None:
        """Look three times a second until cancelled."""
        ledger = Ledger(self._settings.database)
        failing = False
        try:
            while True:
                now = time.time()
                try:
                    async with ledger.read() as session:
                        self._known = await list_overrides(session, ended_after=now - KEPT_S)
                    failing = False
                except ServiceError as lost:
                    if not failing:
                        _log.warning("overrides_not_read", error=str(lost))
                    failing = True
                self.apply(now)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await ledger.close()

    def take(self, known: Sequence[Override], now: float) -> None:
        """Apply these overrides, as far as they hold at ``now`` (POSIX s)."""
        self._known = list(known)
        self.apply(now)

    def apply(self, now: float) -> None:
        """Put in force what holds at ``now`` (POSIX s), where that is something else than before."""
        in_force = tuple(override for override in self._known if override.is_in_force(now))
        if in_force == self._in_force:
            return
        self._in_force = in_force
        self._view.take_overrides(in_force)
        moments = {override.id: override.changed_ms(now) for override in self._known}
        self._hub.take_edits(max(moments.values(), default=0), self._list_edited(moments))
        _log.info("overrides_in_force", count=len(in_force))

    def _list_edited(self, moments: Mapping[str, int]) -> dict[str, int]:
        """The line groups that overrides touch, now or shortly ago, by the last moment at which one did."""
        edited: dict[str, int] = {}
        for key, line in self._view.lines.items():
            timetable = self._view.shelf[line.forecasts.timetable].timetable
            touching = [moments[each.id] for each in self._known if concerns(each, line.forecasts, timetable)]
            if any(touching):
                edited[key] = max(touching)
        return edited
