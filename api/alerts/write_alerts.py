"""Alerts in JSON, made from the very entities of the GTFS-realtime feed, so that the two agree."""

from collections.abc import Iterable
from typing import Any, Final

from google.transit.gtfs_realtime_pb2 import FeedEntity, FeedMessage

from api.alerts.words import CAUSES, EFFECTS, SEVERITIES
from api.view.local_times import LocalTimes
from transit.gtfs_realtime.feed import Entity

UNDETERMINED: Final = "und"
"""ISO 639's code of a language nobody named."""

_DATE_DIGITS: Final = 8


def write_alerts(entities: Iterable[Entity], times: LocalTimes) -> list[dict[str, object]]:
    """The alerts of entities whose ids bear names, each once."""
    newest = {entity.subject: entity for entity in entities}
    return [_write(FeedMessage.FromString(entity.packed).entity[0], entity.source, times) for entity in newest.values()]


def _write(entity: FeedEntity, source: str, times: LocalTimes) -> dict[str, object]:
    alert = entity.alert
    return {
        "id": entity.id,
        "source": source,
        "cause": CAUSES[alert.cause],
        "effect": EFFECTS[alert.effect],
        "severity": SEVERITIES[alert.severity_level],
        "active_periods": [
            {
                "starts_at": times.find(each.start if each.HasField("start") else None),
                "ends_at": times.find(each.end if each.HasField("end") else None),
            }
            for each in alert.active_period
        ],
        "informed": [_write_informed(each) for each in alert.informed_entity],
        "header": _texts(alert.header_text),
        "description": _texts(alert.description_text),
        "url": _texts(alert.url),
    }


def _write_informed(named: Any) -> dict[str, object]:
    date = named.trip.start_date
    return {
        "line_id": named.route_id or named.trip.route_id or None,
        "direction_id": named.direction_id if named.HasField("direction_id") else None,
        "trip_id": named.trip.trip_id or None,
        "service_date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == _DATE_DIGITS else None,
        "stop_id": named.stop_id or None,
        "route_type": named.route_type if named.HasField("route_type") else None,
    }


def _texts(text: Any) -> dict[str, str]:
    return {each.language or UNDETERMINED: each.text for each in text.translation}
