"""Reads GTFS-realtime Alerts as agencies write them: bounded, and as plain as they can be kept."""

from typing import Any, Final

from schemas.service_alerts import InformedEntity, Period, ServiceAlert
from transit.timetable.service_day import find_day, parse_clock, service_date
from transit.tracking.reading import as_text

ALERTS_MAX: Final = 2000
"""Alerts of one feed; a metropolis has some hundreds."""

INFORMED_MAX: Final = 1000
PERIODS_MAX: Final = 200
LANGUAGES_MAX: Final = 20
TEXT_MAX: Final = 4000
MOMENT_MAX: Final = 4_102_444_800
"""2100-01-01 (POSIX s). What lies beyond is milliseconds, or an agency's word for never."""


def read_alert(alert_id: str, alert: Any, line_groups: tuple[str, ...]) -> ServiceAlert:
    """An Alert (protobuf) as it is kept; what goes beyond the limits above is cut off.

    ``line_groups`` are the groups that it concerns, none for all.
    """
    periods = (Period(_bounded(each.start), _bounded(each.end)) for each in alert.active_period[:PERIODS_MAX])
    return ServiceAlert(
        id=alert_id,
        cause=int(alert.cause),
        effect=int(alert.effect),
        severity=int(alert.severity_level),
        periods=tuple(sorted(periods, key=lambda each: (each.starts_at, each.ends_at))),
        informed=tuple(_read_informed(each) for each in alert.informed_entity[:INFORMED_MAX]),
        header=_read_text(alert.header_text),
        description=_read_text(alert.description_text),
        url=_read_text(alert.url),
        line_groups=line_groups,
    )


def _bounded(moment: Any) -> int:
    """POSIX seconds; 0, an open side, where it is no moment of our time."""
    return int(moment) if moment <= MOMENT_MAX else 0


def _read_informed(named: Any) -> InformedEntity:
    trip = named.trip
    day = find_day(as_text(trip.start_date)) if trip.start_date else None
    direction = named if named.HasField("direction_id") else trip
    return InformedEntity(
        line_id=as_text(named.route_id or trip.route_id),
        direction_id=int(direction.direction_id) if direction.HasField("direction_id") else None,
        trip_id=as_text(trip.trip_id),
        start_date=None if day is None else service_date(day),
        start_time_s=parse_clock(as_text(trip.start_time)),
        stop_id=as_text(named.stop_id),
        route_type=int(named.route_type) if named.HasField("route_type") else None,
        agency_id=as_text(named.agency_id),
    )


def _read_text(text: Any) -> tuple[tuple[str, str], ...]:
    """The translations: language (empty where none is named) and words."""
    found = ((as_text(each.language), as_text(each.text)[:TEXT_MAX]) for each in text.translation[:LANGUAGES_MAX])
    return tuple((language, words) for language, words in found if words)
