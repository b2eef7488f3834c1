"""Keeps in force what operators and agencies say: read from the ledger and the view, begun and ended in time."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import structlog

from api.overriding.agency_word import AgencyWord
from api.view.memory import View
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.overrides import KEPT_S, list_overrides
from runtime.settings import Settings
from schemas.overrides import Override
from schemas.service_alerts import ServiceAlert
from transit.overrides.edit_index import EditIndex

LOOK_EVERY_S: Final = 0.3
"""An override is in every answer within a second of being written."""

_log = structlog.get_logger(__name__)


class _InForce(NamedTuple):
    staff: tuple[Override, ...]
    agency: tuple[Override, ...]
    alerts: Mapping[str, tuple[ServiceAlert, ...]]


class TakesEdits(Protocol):
    """Who must hear when overrides begin or end besides the view."""

    def take_edits(self, edits: int, edited: Mapping[str, int]) -> None:
        """The last moment at which one did (POSIX ms), and the same of each line group."""


class OverrideWatch:
    """The background task that puts in force what is said. A ledger that is away leaves what is known."""

    def __init__(self, view: View, hub: TakesEdits, settings: Settings) -> None:
        self._view = view
        self._hub = hub
        self._settings = settings
        self._known: list[Override] = []
        self._in_force = _InForce((), (), {})
        self._word = AgencyWord(view)
        self._ended: dict[str, tuple[Override, int]] = {}

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
        staff = tuple(override for override in self._known if override.is_in_force(now))
        alerts = self._word.list_in_force()
        agency = tuple(self._word.list_edits(alerts))
        in_force = _InForce(staff, agency, alerts)
        if in_force == self._in_force:
            return
        self._note_ended(agency, now)
        self._in_force = in_force
        self._view.take_said(staff, agency, alerts)
        moments = {override.id: override.changed_ms(now) for override in (*self._known, *agency)}
        moments |= {override.id: at_ms for override, at_ms in self._ended.values()}
        self._hub.take_edits(max(moments.values(), default=0), self._list_edited(moments))
        _log.info("overrides_in_force", count=len(staff), of_alerts=len(agency))

    def _note_ended(self, agency: tuple[Override, ...], now: float) -> None:
        """Remember for a while what an agency says no more: streams are resumed from before its end.

        The moment is when the feed's alerts changed, the alert's period ran out or the feed was not heard for too long,
        so that replicas agree on it.
        """
        held = {override.id for override in agency}
        changed_ms = {feed: said.changed_ms for feed, said in self._view.said.read.items()}
        for override in self._in_force.agency:
            if override.id not in held:
                silent_at = self._word.holds_until(override.actor)
                changed_at_ms = max(changed_ms.get(override.actor, 0), silent_at * 1000 if silent_at <= now else 0)
                at_ms = override.ends_at * 1000 if override.ends_at <= now else changed_at_ms
                self._ended[override.id] = (override, at_ms)
        forgotten_ms = (now - KEPT_S) * 1000
        self._ended = {
            key: (override, at_ms)
            for key, (override, at_ms) in self._ended.items()
            if at_ms > forgotten_ms and key not in held
        }

    def _list_edited(self, moments: Mapping[str, int]) -> dict[str, int]:
        """The line groups that overrides touch, now or shortly ago, by the last moment at which one did."""
        edited: dict[str, int] = {}
        ended = (override for override, _ in self._ended.values())
        index = EditIndex((*self._known, *self._in_force.agency, *ended))
        for key, line in self._view.lines.items():
            timetable = self._view.shelf[line.forecasts.timetable].timetable
            touching = [moments[each.id] for each in index.touching(line.forecasts, timetable)]
            if any(touching):
                edited[key] = max(touching)
        return edited
