"""A line group's tracker: what it knows of its vehicles, moved on by one message at a time."""

from typing import NamedTuple

from schemas.headers import FeedHeaders
from schemas.line_forecasts import LineForecasts
from schemas.rejects import Reject
from transit.timetable.compiled import Timetable


class LineOutcome(NamedTuple):
    """What one message of a line group led to."""

    public: LineForecasts
    rejects: tuple[Reject, ...]


class RebaseCounts(NamedTuple):
    """What became of a tracker's state under a new timetable."""

    runs_kept: int
    runs_dropped: int
    hops_kept: int
    hops_dropped: int


class LineTracker:
    """All vehicles of one line group under one timetable.

    The poll time in the headers is its only clock, so the same messages always lead to the same bytes.
    """

    def __init__(self, timetable: Timetable, group: str) -> None:
        self._timetable = timetable
        self._group = group

    def apply(self, content: bytes, headers: FeedHeaders) -> LineOutcome:
        """Take one message (a GTFS-realtime FeedMessage) and say where the line stands."""
        raise NotImplementedError

    def dump(self) -> bytes:
        """The complete state, for the private part of the line's value."""
        raise NotImplementedError

    @classmethod
    def restore(cls, timetable: Timetable, group: str, packed: bytes) -> "LineTracker":
        """The tracker that ``dump`` packed."""
        raise NotImplementedError

    def rebased(self, timetable: Timetable) -> "tuple[LineTracker, RebaseCounts]":
        """The same line under another timetable."""
        raise NotImplementedError
