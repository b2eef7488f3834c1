"""What an answer must say of itself: that its view is old, its timetable expired, its feed down."""

from collections.abc import Iterable
from typing import Final

from api.view.compiled_view import CompiledView, write_date
from api.view.freshness import ViewState
from api.view.memory import View
from transit.answers.line_view import LineView
from transit.timetable.service_day import service_date as written_date

BEHIND_S: Final = 60
"""A feed's polls may be this far ahead of what its lines tell before an answer says so: several polls."""

_VIEW_WARNINGS = {
    ViewState.LOADING: ("view_loading", "Vehicles are not known yet; the timetable answers."),
    ViewState.STORE_LOST: ("view_old", "The store is lost; vehicles are as they were known then."),
    ViewState.STORE_INCOMPLETE: ("view_incomplete", "The store is being filled; some vehicles may be missing or old."),
}

Warnings = list[dict[str, object]]


def list_warnings(view: View, compiled: CompiledView, lines: Iterable[LineView | None] = ()) -> Warnings:
    """All that a reader must know before trusting an answer that rests on this timetable; most often nothing.

    ``lines`` are the values that the answer rests on: feeds that none of their vehicles come from are left out.
    """
    return [
        *view_warnings(view, compiled),
        *_timetable_warnings(view, compiled),
        *_feed_warnings(view, compiled, lines),
        *_tracking_warnings(view, compiled),
    ]


def view_warnings(view: View, compiled: CompiledView) -> Warnings:
    """Whether this process's memory is whole, and since when it is not."""
    found = _VIEW_WARNINGS.get(view.freshness.state)
    if found is None:
        return []
    code, detail = found
    since = compiled.times.find(view.freshness.since) if view.freshness.since else None
    return [{"code": code, "since": since, "detail": detail}]


def _timetable_warnings(view: View, compiled: CompiledView) -> Warnings:
    if not compiled.is_expired(view.today(compiled)):
        return []
    last = write_date(written_date(compiled.timetable.last_service_day))
    detail = f"The timetable {compiled.name} ended on {last}; its last week is repeated until a new one is given."
    return [{"code": "timetable_expired", "since": last, "detail": detail}]


def _feed_warnings(view: View, compiled: CompiledView, lines: Iterable[LineView | None]) -> Warnings:
    """Feeds that cannot be fetched, and those that are fetched but say the same over and over."""
    found: Warnings = []
    of_lines = {each.feed for line in lines if line is not None for each in line.forecasts.list_feeds()}
    for feed, status in view.feeds.items():
        if status.timetable != compiled.name or (of_lines and feed not in of_lines):
            continue
        if status.down_since is not None:
            detail = f"Feed {feed} cannot be fetched; its vehicles step down to the timetable as they grow old."
            found.append({"code": "feed_down", "since": compiled.times.find(status.down_since), "detail": detail})
        elif status.is_stale:
            detail = f"Feed {feed} is fetched but has said nothing new since then, by its own time."
            found.append({"code": "feed_stale", "since": compiled.times.find(status.header_at), "detail": detail})
    return found


def _tracking_warnings(view: View, compiled: CompiledView) -> Warnings:
    """Feeds that go on while no line answers their polls: the tracker is dead or far behind."""
    told = view.told_until(compiled.name)
    return [
        {
            "code": "tracking_behind",
            "since": compiled.times.find(max(told, status.since)),
            "detail": f"Feed {feed} comes in but is not worked on; its vehicles step down to the timetable.",
        }
        for feed, status in view.feeds.items()
        if status.timetable == compiled.name
        and not status.recorded
        and status.lines
        and status.polled_at - max(told, status.since) > BEHIND_S
    ]
