"""Rows of one timetable found again in another, so that state kept under the old one can be carried over.

Lines, stops, patterns and trips go by their ids, hops by their two stops. What has no counterpart is -1: it is dropped,
and whoever carries state over counts it.
"""

from typing import NamedTuple

import numpy as np

from transit.timetable.compiled import Ints, Strings, Timetable


class NewRows(NamedTuple):
    """For each row of the old timetable's tables its row in the new one, or -1."""

    lines: Ints
    stops: Ints
    patterns: Ints
    trips: Ints
    hops: Ints


def find_new_rows(old: Timetable, new: Timetable) -> NewRows:
    """Where everything of ``old`` is in ``new``."""
    stops = _by_id(old.stop_id, new.stop_id)
    return NewRows(
        lines=_by_id(old.line_id, new.line_id),
        stops=stops,
        patterns=_by_id(old.pattern_id, new.pattern_id),
        trips=_by_id(old.trip_id, new.trip_id),
        hops=_by_stops(old, new, stops),
    )


def _by_id(old: Strings, new: Strings) -> Ints:
    rows = new.rows
    return np.array([rows.get(text, -1) for text in old], np.int32)


def _by_stops(old: Timetable, new: Timetable, stops: Ints) -> Ints:
    """Hops whose two stops are both in ``new`` and follow each other there too; hops are sorted by their stops."""
    count = np.int64(len(new.stop_id) + 1)
    pairs = new.hop_from_stop * count + new.hop_to_stop
    first, then = stops[old.hop_from_stop], stops[old.hop_to_stop]
    wanted = first * count + then
    if not len(pairs):
        return np.full(len(wanted), -1, np.int32)
    place = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    found = (first >= 0) & (then >= 0) & (pairs[place] == wanted)
    return np.where(found, place, -1).astype(np.int32)
