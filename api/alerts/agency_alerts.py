"""The agencies' alerts in force as GTFS-realtime entities, within what the view may tell."""

from collections.abc import Iterator

from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.reached.reached_view import ReachedView
from api.view.compiled_view import CompiledView
from api.view.memory import View
from schemas.service_alerts import InformedEntity, ServiceAlert
from transit.gtfs_realtime.agency_alert import fill_agency_alert
from transit.gtfs_realtime.feed import Entity
from transit.gtfs_realtime.run_words import Naming


def list_agency_alerts(view: View, timetable: str, line_id: str, *, with_names: bool) -> Iterator[Entity]:
    """Those of one timetable, or of all where none is named; ``line_id`` (GTFS): only those that speak of that line."""
    for feed, alerts in view.said.alerts.items():
        owner = view.said.read[feed].timetable
        compiled = view.find_in_force(owner) if timetable in ("", owner) else None
        if compiled is None or not may_tell(view, feed):
            continue
        naming = Naming(f"{owner}:", f"{feed}:") if with_names else Naming()
        yield from _write(view, compiled, _of_line(view, compiled, line_id, feed) if line_id else alerts, naming)


def _of_line(view: View, compiled: CompiledView, line_id: str, feed: str) -> tuple[ServiceAlert, ...]:
    index = view.said.alerts_of(compiled.timetable)
    about = index.of_line(line_id) if index is not None else []
    return tuple(alert for teller, alert in about if teller == feed)


def _write(view: View, compiled: CompiledView, alerts: tuple[ServiceAlert, ...], naming: Naming) -> Iterator[Entity]:
    route_types = sorted(set(compiled.timetable.line_route_type.tolist()))
    for alert in alerts:
        message = FeedMessage()
        entity = message.entity.add()
        if fill_agency_alert(entity, alert, naming, lambda each: is_told(view, compiled, each), route_types):
            yield Entity(entity.id, alert.since_ms // 1000, message.SerializePartialToString(), "agency")


def may_tell(view: View, feed: str) -> bool:
    """Whether a reader may be told what a feed says."""
    return not isinstance(view, ReachedView) or view.reach.has_feed(feed)


def is_told(view: View, compiled: CompiledView, informed: InformedEntity) -> bool:
    """Whether a reader may be told what an alert is about; what the timetable does not know is about nothing."""
    table = compiled.timetable
    if informed.stop_id:
        row = table.stop_id.find(informed.stop_id)
        if row < 0 or not view.has_stop(compiled, row):
            return False
    trip = table.trip_id.find(informed.trip_id) if informed.trip_id else -1
    if informed.line_id or informed.trip_id:
        line = table.line_id.find(informed.line_id) if informed.line_id else -1
        if trip >= 0:
            line = int(table.pattern_line[table.trip_pattern[trip]])
        return line >= 0 and view.has_line(compiled, line)
    return True
