"""What operators and agencies say: overrides in force, alerts in force, and both found by where they matter."""

from collections.abc import Mapping, Sequence

from schemas.overrides import Override
from schemas.service_alerts import FeedAlerts, ServiceAlert
from transit.agency.alert_index import AlertIndex, FeedAlert
from transit.overrides.edit_index import EditIndex
from transit.timetable.compiled import Timetable


class Said:
    """One for each live view, shared by every view that is made from it."""

    def __init__(self) -> None:
        self.edits = EditIndex()
        self.staff: tuple[Override, ...] = ()
        """The operator's overrides in force; ``edits`` holds what agencies' alerts mean as well."""
        self.read: Mapping[str, FeedAlerts] = {}
        """Every alert that feeds hold, by feed, whether in force or not."""
        self.alerts: Mapping[str, tuple[ServiceAlert, ...]] = {}
        """The alerts in force, by feed."""
        self._indexes: dict[str, AlertIndex] = {}

    def take_in_force(
        self, staff: Sequence[Override], agency: Sequence[Override], alerts: Mapping[str, tuple[ServiceAlert, ...]]
    ) -> None:
        """These and no others hold from now on; ``agency`` is what ``alerts`` mean for the forecasts."""
        self.staff = tuple(staff)
        self.edits = EditIndex((*staff, *agency))
        self.alerts = {feed: told for feed, told in alerts.items() if told}
        self._indexes.clear()

    def take_over(self, other: "Said") -> None:
        """Hold what another holds at this moment."""
        self.edits, self.staff = other.edits, other.staff
        self.read, self.alerts = dict(other.read), other.alerts
        self._indexes.clear()

    def alerts_of(self, timetable: Timetable) -> AlertIndex | None:
        """The alerts in force that speak of a timetable's lines and stops; ``None``: there are none."""
        if not self.alerts:
            return None
        found = self._indexes.get(timetable.hash)
        if found is None:
            told = (
                FeedAlert(feed, alert)
                for feed, alerts in self.alerts.items()
                if self.read[feed].timetable == timetable.name
                for alert in alerts
            )
            found = self._indexes[timetable.hash] = AlertIndex(told, timetable)
        return found if found.alerts else None
