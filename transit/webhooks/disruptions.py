"""What disrupts a line: an agency's alerts and the operator's overrides in force, each under an id that stays."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, ServiceAlert
from transit.agency.alert_index import AlertIndex, FeedAlert
from transit.answers.run_ids import parse_run_id
from transit.overrides.edit_line import stop_rows
from transit.timetable.compiled import Timetable

NO_EFFECTS: Final = frozenset({5, 7, 8, 10})
"""GTFS-realtime's effects that disrupt nothing: additional service, other, unknown, no effect."""

EFFECTS: Final = {
    1: "no_service",
    2: "reduced_service",
    3: "significant_delays",
    4: "detour",
    6: "modified_service",
    9: "stop_moved",
    11: "accessibility_issue",
}
_OF_OVERRIDES: Final = {
    OverrideKind.CANCEL_RUN: "no_service",
    OverrideKind.CANCEL_LINE: "no_service",
    OverrideKind.DELAYS: "significant_delays",
    OverrideKind.SKIP_STOP: "no_service",
    OverrideKind.CLOSE_STOP: "no_service",
    OverrideKind.DETOUR: "detour",
    OverrideKind.RESTRICT_ENTRY: "modified_service",
}


class Disruption(NamedTuple):
    """One thing that goes wrong on a line. ``name`` changes where what is said of it does; ``texts`` go by language.

    ``feed``: whose alert it is, empty of an operator's override.
    """

    name: str
    source: str
    effect: str
    texts: tuple[tuple[str, str], ...]
    began_at: int
    feed: str = ""


class Disruptions:
    """What disrupts the lines of a timetable at ``now`` (POSIX s); each line's is worked out once."""

    def __init__(
        self, timetable: Timetable, said: Iterable[FeedAlerts], overrides: Iterable[Override], now: float
    ) -> None:
        self._timetable = timetable
        self._now = now
        held = [alert for feed in said if feed.timetable == timetable.name for alert in _disrupting(feed, now)]
        self._alerts = AlertIndex(held, timetable)
        self._overrides = [each for each in overrides if each.kind in _OF_OVERRIDES and each.is_in_force(now)]
        self._of_line: dict[str, tuple[Disruption, ...]] = {}

    def of_line(self, line_id: str) -> tuple[Disruption, ...]:
        """What disrupts a line (GTFS id)."""
        if line_id not in self._of_line:
            self._of_line[line_id] = tuple(self._list(line_id))
        return self._of_line[line_id]

    def _list(self, line_id: str) -> Iterator[Disruption]:
        for feed, alert in self._alerts.of_line(line_id):
            yield _of_alert(feed, alert, self._now)
        row = self._timetable.line_id.find(line_id)
        for override in self._overrides:
            if row >= 0 and _concerns(override, row, self._timetable):
                texts = (("en", override.text_en), ("zh", override.text_zh))
                yield Disruption(
                    f"operator:{override.id}",
                    "operator",
                    _OF_OVERRIDES[override.kind],
                    tuple((language, words) for language, words in texts if words),
                    override.starts_at,
                )


def _disrupting(feed: FeedAlerts, now: float) -> Iterator[FeedAlert]:
    for alert in feed.alerts:
        if alert.is_active(now) and alert.effect not in NO_EFFECTS:
            yield FeedAlert(feed.feed, alert)


def _concerns(override: Override, line: int, timetable: Timetable) -> bool:
    """Whether an override is about a line (row) itself: what befalls others of its line group disrupts it not."""
    if override.vehicle:
        return False
    if override.line:
        return override.line == f"{timetable.name}:{timetable.line_id[line]}"
    if override.run:
        try:
            owner, key = parse_run_id(override.run)
        except ValueError:
            return False
        trip = timetable.trip_id.find(key.trip_id) if owner == timetable.name else -1
        return trip >= 0 and int(timetable.pattern_line[timetable.trip_pattern[trip]]) == line
    return any(
        int(timetable.pattern_line[timetable.call_pattern[call]]) == line
        for stop in stop_rows(override, timetable)
        for call in timetable.stop_call[timetable.stop_call_offset[stop] : timetable.stop_call_offset[stop + 1]]
    )


def _of_alert(feed: str, alert: ServiceAlert, now: float) -> Disruption:
    begun = [period.starts_at for period in alert.periods if period.holds(now)]
    # by what is said and not since when: a door that starts anew sees every alert for the first time
    words = repr((alert.effect, alert.header, alert.description)).encode()
    name = f"{feed}:{alert.id}:{blake2b(words, digest_size=6).hexdigest()}"
    effect = EFFECTS.get(alert.effect, "unknown_effect")
    return Disruption(name, "agency", effect, alert.header, max(begun, default=alert.since_ms // 1000), feed)
