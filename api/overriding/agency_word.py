"""What agencies' alerts mean at a moment: those in force, and the edits they ask for."""

from collections.abc import Iterator

from api.view.memory import View
from schemas.overrides import Override
from schemas.service_alerts import ServiceAlert
from transit.agency.heard import holds_until
from transit.agency.meant_edits import MeantEdits


class AgencyWord:
    """Reads the view's alerts; what an alert means is worked out once in ten minutes."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._meant = MeantEdits()

    def list_in_force(self) -> dict[str, tuple[ServiceAlert, ...]]:
        """The alerts that hold now, by feed; none of a feed that is gone."""
        return {
            feed: tuple(alert for alert in said.alerts if alert.is_active(self._view.now(said.timetable)))
            for feed, said in self._view.said.read.items()
            if self._view.now(said.timetable) < self.holds_until(feed)
        }

    def holds_until(self, feed: str) -> int:
        """The moment (POSIX s) from which nothing holds that a feed said last; 0 where no door knows the feed."""
        return holds_until(self._view.feeds.get(feed))

    def list_edits(self, in_force: dict[str, tuple[ServiceAlert, ...]]) -> Iterator[Override]:
        """What alerts in force mean for the forecasts."""
        for feed, alerts in in_force.items():
            said = self._view.said.read[feed]
            compiled = self._view.find_in_force(said.timetable)
            if compiled is not None:
                now = self._view.now(said.timetable)
                for alert in alerts:
                    yield from self._meant.list_of(said, alert, compiled.timetable, now)
