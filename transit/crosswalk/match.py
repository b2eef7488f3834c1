"""Matches a crosswalk of either kind with a timetable."""

from collections.abc import Iterable

from transit.crosswalk.entries import Entry, Kind, Match
from transit.crosswalk.match_lines import match_lines
from transit.crosswalk.match_stops import match_stops
from transit.timetable.compiled import Timetable


def match_entries(kind: Kind, entries: Iterable[Entry], timetable: Timetable) -> list[Match]:
    """Each entry's match, in their order."""
    return match_stops(entries, timetable) if kind is Kind.STOPS else match_lines(entries, timetable)


def has_id(kind: Kind, timetable: Timetable, ours: str) -> bool:
    """Whether a timetable has a stop or line of a GTFS id."""
    return (timetable.stop_id if kind is Kind.STOPS else timetable.line_id).find(ours) >= 0
