"""What feeds' alerts ask for, worked out once for each alert, and anew every ten minutes."""

from typing import Final, NamedTuple

from schemas.overrides import Override
from schemas.service_alerts import FeedAlerts, ServiceAlert
from transit.agency.alert_edits import list_edits
from transit.timetable.compiled import Timetable

ANEW_EVERY_S: Final = 600
"""A trip named without its date means the one nearest to now, which moves on."""


class _Meant(NamedTuple):
    said: FeedAlerts
    timetable: str
    slot: int
    edits: dict[str, tuple[Override, ...]]


class MeantEdits:
    """Remembers, by feed, the edits of what it said last, as long as that, the timetable and the ten minutes last."""

    def __init__(self) -> None:
        self._meant: dict[str, _Meant] = {}

    def list_of(self, said: FeedAlerts, alert: ServiceAlert, timetable: Timetable, now: float) -> tuple[Override, ...]:
        """The edits that one of a feed's alerts asks for at ``now`` (POSIX s), while it holds."""
        slot = int(now) // ANEW_EVERY_S
        known = self._meant.get(said.feed)
        if known is None or known.said is not said or (known.timetable, known.slot) != (timetable.hash, slot):
            known = self._meant[said.feed] = _Meant(said, timetable.hash, slot, {})
        found = known.edits.get(alert.id)
        if found is None:
            found = known.edits[alert.id] = tuple(list_edits(said, alert, timetable, now))
        return found
