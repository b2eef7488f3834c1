"""What agencies' alerts mean at a moment: those in force, and the edits they ask for."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from api.view.memory import View
from schemas.overrides import Override
from schemas.service_alerts import FeedAlerts, ServiceAlert
from transit.agency.alert_edits import list_edits

ANEW_EVERY_S: Final = 600
"""Edits are worked out anew this often: a trip named without its date means the one nearest to now."""

HEARD_WITHIN_S: Final = 1800
"""What a feed said is over when its last good poll is longer ago: nobody is left to say when it ends."""


class _Meant(NamedTuple):
    said: FeedAlerts
    timetable: str
    slot: int
    edits: dict[str, tuple[Override, ...]]


class AgencyWord:
    """Reads the view's alerts; what an alert means is worked out once in ten minutes."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._meant: dict[str, _Meant] = {}

    def list_in_force(self) -> dict[str, tuple[ServiceAlert, ...]]:
        """The alerts that hold now, by feed; none of a feed that is gone."""
        return {
            feed: tuple(alert for alert in said.alerts if alert.is_active(self._view.now(said.timetable)))
            for feed, said in self._view.said.read.items()
            if self._view.now(said.timetable) < self.holds_until(feed)
        }

    def holds_until(self, feed: str) -> int:
        """The moment (POSIX s) from which nothing holds that a feed said last; 0 where no door knows the feed."""
        status = self._view.feeds.get(feed)
        if status is None:
            return 0
        return (status.polled_at if status.down_since is None else status.down_since) + HEARD_WITHIN_S

    def list_edits(self, in_force: dict[str, tuple[ServiceAlert, ...]]) -> Iterator[Override]:
        """What alerts in force mean for the forecasts."""
        for feed, alerts in in_force.items():
            meant = self._find_meant(self._view.said.read[feed])
            if meant is not None:
                for alert in alerts:
                    yield from self._edits_of(alert, meant)

    def _edits_of(self, alert: ServiceAlert, meant: _Meant) -> tuple[Override, ...]:
        found = meant.edits.get(alert.id)
        if found is None:
            timetable = self._view.shelf[meant.timetable].timetable
            now = self._view.now(meant.said.timetable)
            found = meant.edits[alert.id] = tuple(list_edits(meant.said, alert, timetable, now))
        return found

    def _find_meant(self, said: FeedAlerts) -> _Meant | None:
        compiled = self._view.find_in_force(said.timetable)
        if compiled is None:
            return None
        slot = int(self._view.now(said.timetable)) // ANEW_EVERY_S
        known = self._meant.get(said.feed)
        if known is None or known.said is not said or (known.timetable, known.slot) != (compiled.timetable.hash, slot):
            known = self._meant[said.feed] = _Meant(said, compiled.timetable.hash, slot, {})
        return known
