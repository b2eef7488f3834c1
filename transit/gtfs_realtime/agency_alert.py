"""An agency's alert passed on as it said it, less what a reader may not be told of."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from google.transit.gtfs_realtime_pb2 import Alert, FeedEntity, TranslatedString

from schemas.service_alerts import InformedEntity, ServiceAlert
from transit.gtfs_realtime.run_words import Naming, write_clock

IsTold = Callable[[InformedEntity], bool]
_NOBODY: Final = InformedEntity()


def fill_agency_alert(
    entity: FeedEntity, alert: ServiceAlert, naming: Naming, is_told: IsTold, route_types: Iterable[int]
) -> bool:
    """Write one alert under its own id; false where it is about nothing that may be told.

    One that names nothing is about all ``route_types`` of the timetable: an alert must say whom it informs (rule E032).
    """
    named = [each for each in alert.informed if each != _NOBODY]
    informed = [each for each in named or [InformedEntity(route_type=each) for each in route_types] if is_told(each)]
    if not informed:
        return False
    entity.id = naming.feed + alert.id
    told = entity.alert
    for period in alert.periods:
        written = told.active_period.add()
        if period.starts_at:
            written.start = period.starts_at
        if period.ends_at:
            written.end = period.ends_at
    for each in informed:
        _fill_informed(told.informed_entity.add(), each, naming.timetable)
    told.cause = Alert.Cause.ValueType(alert.cause) if alert.cause in Alert.Cause.values() else Alert.UNKNOWN_CAUSE
    told.effect = (
        Alert.Effect.ValueType(alert.effect) if alert.effect in Alert.Effect.values() else Alert.UNKNOWN_EFFECT
    )
    if alert.severity in Alert.SeverityLevel.values():
        told.severity_level = Alert.SeverityLevel.ValueType(alert.severity)
    for field, texts in (
        (told.header_text, alert.header),
        (told.description_text, alert.description),
        (told.url, alert.url),
    ):
        _fill_text(field, texts)
    return True


def _fill_informed(written: Any, each: InformedEntity, prefix: str) -> None:
    if each.trip_id:
        written.trip.trip_id = prefix + each.trip_id
        if each.line_id:
            written.trip.route_id = prefix + each.line_id
        if each.start_date is not None:
            written.trip.start_date = f"{each.start_date:08d}"
        if each.start_time_s is not None:
            written.trip.start_time = write_clock(each.start_time_s)
    elif each.line_id:
        written.route_id = prefix + each.line_id
        if each.direction_id is not None:
            written.direction_id = each.direction_id
    if each.stop_id:
        written.stop_id = prefix + each.stop_id
    if each.agency_id:
        written.agency_id = each.agency_id
    if each.route_type is not None:
        written.route_type = each.route_type


def _fill_text(field: TranslatedString, texts: tuple[tuple[str, str], ...]) -> None:
    for language, words in texts:
        translation = field.translation.add(text=words)
        if language:
            translation.language = language
