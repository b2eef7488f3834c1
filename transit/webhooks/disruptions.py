"""What disrupts a line: an agency's alerts and the operator's overrides in force, each under an id that stays."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, ServiceAlert
from transit.agency.alert_index import AlertIndex, FeedAlert
from transit.overrides.edit_index import groups_of
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
    """One thing that goes wrong on a line. ``name`` changes where what is said of it does; ``texts`` go by language."""

    name: str
    source: str
    effect: str
    texts: tuple[tuple[str, str], ...]
    began_at: int


def list_disruptions(
    line_id: str, timetable: Timetable, said: Iterable[FeedAlerts], overrides: Iterable[Override], now: float
) -> Iterator[Disruption]:
    """What disrupts a line (GTFS id) at ``now`` (POSIX s)."""
    for feed in said:
        if feed.timetable == timetable.name:
            held = [
                FeedAlert(feed.feed, alert)
                for alert in feed.alerts
                if alert.is_active(now) and alert.effect not in NO_EFFECTS
            ]
            for teller, alert in AlertIndex(held, timetable).of_line(line_id):
                yield _of_alert(teller, alert, now)
    row = timetable.line_id.find(line_id)
    group = timetable.group_id[int(timetable.line_group[row])] if row >= 0 else ""
    for override in overrides:
        if override.kind in _OF_OVERRIDES and override.is_in_force(now) and group in groups_of(override, timetable):
            texts = (("en", override.text_en), ("zh", override.text_zh))
            yield Disruption(
                f"operator:{override.id}",
                "operator",
                _OF_OVERRIDES[override.kind],
                tuple((language, words) for language, words in texts if words),
                override.starts_at,
            )


def _of_alert(feed: str, alert: ServiceAlert, now: float) -> Disruption:
    begun = [period.starts_at for period in alert.periods if period.holds(now)]
    # by what is said and not since when: a door that starts anew sees every alert for the first time
    words = repr((alert.effect, alert.header, alert.description)).encode()
    name = f"{feed}:{alert.id}:{blake2b(words, digest_size=6).hexdigest()}"
    effect = EFFECTS.get(alert.effect, "unknown_effect")
    return Disruption(name, "agency", effect, alert.header, max(begun, default=alert.since_ms // 1000))
