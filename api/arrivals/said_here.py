"""What operators and agencies say to riders at a stop and of a run, in the words of overrides and alerts in force."""

from collections.abc import Iterable, Iterator
from typing import Final

from api.alerts.agency_alerts import is_told, may_tell
from api.alerts.words import EFFECTS, say
from api.arrivals.stop_view import StopHere
from api.view.compiled_view import CompiledView
from api.view.memory import View
from schemas.overrides import Override
from transit.agency.alert_index import FeedAlert
from transit.answers.calls_here import platforms_of
from transit.answers.run_ids import parse_run_id
from transit.overrides.edit_line import stop_rows
from transit.timetable.compiled import Timetable

_DETAIL_MAX: Final = 300
"""A warning is a sentence; ``/v1/alerts`` has all the words."""


def list_said(view: View, stop: StopHere) -> Iterator[dict[str, object]]:
    """A warning for each override with a text, and each alert, that names the stop or a line that calls here."""
    if not view.overrides and not view.said.alerts:
        return
    table = stop.compiled.timetable
    rows = frozenset(platforms_of(table, stop.row))
    calls = stop.compiled.calls_at(stop.row).values()
    every = (here for of_pattern in calls for here in of_pattern)
    lines = {here.line_id for here in every if view.has_line(stop.compiled, here.line)}
    named = {f"{table.name}:{line}" for line in lines}
    for override in view.overrides:
        text = say((("en", override.text_en), ("zh", override.text_zh)), view.language)
        if text and _is_here(override, stop, rows, named):
            yield {"code": "service_alert", "since": stop.compiled.times[override.starts_at], "detail": text}
    index = view.said.alerts_of(table)
    if index is not None:
        yield from _warn(view, stop.compiled, index.at_stop(rows, lines))


def list_said_of_run(view: View, compiled: CompiledView, trip_id: str, line_id: str) -> Iterator[dict[str, object]]:
    """A warning for each alert that speaks of a run or of its line (GTFS ids)."""
    index = view.said.alerts_of(compiled.timetable)
    if index is not None:
        yield from _warn(view, compiled, index.of_run(trip_id, line_id))


def _warn(view: View, compiled: CompiledView, alerts: Iterable[FeedAlert]) -> Iterator[dict[str, object]]:
    now = view.now(compiled.name)
    for feed, alert in alerts:
        if not may_tell(view, feed):
            continue
        if alert.informed and not any(is_told(view, compiled, each) for each in alert.informed):
            continue
        begun = [period.starts_at for period in alert.periods if period.holds(now) and period.starts_at]
        yield {
            "code": "service_alert",
            "since": compiled.times[max(begun, default=alert.since_ms // 1000)],
            "detail": say(alert.header or alert.description, view.language)[:_DETAIL_MAX] or EFFECTS[alert.effect],
            "alert_id": alert.id,
            "effect": EFFECTS[alert.effect],
        }


def _is_here(override: Override, stop: StopHere, rows: frozenset[int], lines: set[str]) -> bool:
    """Whether an override speaks of the stop (its platforms' rows) or of a line that calls here (public ids).

    One that speaks of another line's calls at this stop is that line's affair.
    """
    table = stop.compiled.timetable
    about = {override.line} if override.line else set[str]()
    if override.run:
        about.add(_line_of(override.run, table))
    if override.stops and not stop_rows(override, table) & rows:
        return False
    return about <= lines and bool(about or override.stops)


def _line_of(run_id: str, table: Timetable) -> str:
    """The line (public id) of a run; empty where the timetable has none such."""
    try:
        owner, key = parse_run_id(run_id)
    except ValueError:
        return ""
    trip = table.trip_id.find(key.trip_id) if owner == table.name else -1
    return f"{table.name}:{table.line_id[int(table.pattern_line[table.trip_pattern[trip]])]}" if trip >= 0 else ""
