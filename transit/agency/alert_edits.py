"""What an agency's alert means for the forecasts: cancelled runs and lines, closed and skipped stops, detours, delays.

Only what an alert says of a line, trip or stop by name edits anything: one that speaks of a whole agency or mode is
told, but cancels nothing. ``STOP_MOVED`` is told too and no more: vehicles still call, close by.
"""

from collections.abc import Callable, Iterator
from typing import Final

from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, InformedEntity, ServiceAlert
from transit.answers.run_ids import RunKey, format_run_id
from transit.assignment.service_days import find_trip_day
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date

NO_SERVICE: Final = 1
SIGNIFICANT_DELAYS: Final = 3
DETOUR: Final = 4
"""GTFS-realtime's effects."""

_FOR_EVER: Final = 2**53
_Scope = tuple[str, str, int | None]
"""Line and run (public ids, empty for none) and direction."""


def list_edits(said: FeedAlerts, alert: ServiceAlert, timetable: Timetable, now: float) -> Iterator[Override]:
    """The edits that an alert asks for; it is the caller's to ask only while the alert holds (``now``, POSIX s)."""
    find_kind = _KINDS.get(alert.effect)
    if find_kind is None:
        return
    stops_of: dict[tuple[OverrideKind, _Scope], list[str]] = {}
    for informed in alert.informed:
        kind = find_kind(informed)
        scope = None if kind is None else _scope(informed, timetable, now)
        if kind is None or scope is None:
            continue
        stops = stops_of.setdefault((kind, scope), [])
        if informed.stop_id and kind is not OverrideKind.DELAYS:
            stops.append(f"{timetable.name}:{informed.stop_id}")
    for number, ((kind, (line, run, direction)), stops) in enumerate(stops_of.items()):
        yield Override(
            id=f"{said.feed}:{alert.id}:{number}",
            kind=kind,
            line=line,
            run=run,
            stops=tuple(stops),
            starts_at=0,
            ends_at=_ends_at(alert, now),
            actor=said.feed,
            made_at_ms=_began_ms(alert, now),
            direction_id=direction,
        )


def _began_ms(alert: ServiceAlert, now: float) -> int:
    """Since when it holds: the last of its periods to have begun, or when it was first seen (POSIX ms)."""
    begun = (period.starts_at * 1000 for period in alert.periods if period.holds(now))
    return max(alert.since_ms, *begun, 0)


def _ends_at(alert: ServiceAlert, now: float) -> int:
    """When the period that holds runs out (POSIX s)."""
    return max((period.ends_at or _FOR_EVER for period in alert.periods if period.holds(now)), default=_FOR_EVER)


def _scope(informed: InformedEntity, timetable: Timetable, now: float) -> _Scope | None:
    """Whom an informed entity means; ``None`` where the timetable does not know it."""
    name = timetable.name
    if informed.trip_id:
        row = timetable.trip_id.find(informed.trip_id)
        if row < 0:
            return None
        day = find_trip_day(timetable, row, int(now))
        date = informed.start_date or (None if day is None else service_date(day))
        if date is None:
            return None
        start_s = informed.start_time_s if timetable.trip_has_frequency[row] else None
        return "", format_run_id(name, RunKey(informed.trip_id, date, start_s)), None
    if informed.line_id:
        known = timetable.line_id.find(informed.line_id) >= 0
        return (f"{name}:{informed.line_id}", "", informed.direction_id) if known else None
    return "", "", None


def _no_service(informed: InformedEntity) -> OverrideKind | None:
    if informed.stop_id:
        return OverrideKind.SKIP_STOP if informed.trip_id or informed.line_id else OverrideKind.CLOSE_STOP
    if informed.trip_id:
        return OverrideKind.CANCEL_RUN
    return OverrideKind.CANCEL_LINE if informed.line_id else None


def _detour(informed: InformedEntity) -> OverrideKind | None:
    """Where only the line is named, nobody knows which stops it drives around."""
    return OverrideKind.DETOUR if informed.stop_id and (informed.trip_id or informed.line_id) else None


def _delays(informed: InformedEntity) -> OverrideKind | None:
    return OverrideKind.DELAYS if informed.trip_id or informed.line_id else None


_KINDS: Final[dict[int, Callable[[InformedEntity], OverrideKind | None]]] = {
    NO_SERVICE: _no_service,
    DETOUR: _detour,
    SIGNIFICANT_DELAYS: _delays,
}
