"""How a feed fares, poll by poll."""

from collections import Counter

from schemas.feed_status import FeedStatus
from streams.doors.poll import Poll
from transit.assignment.feed_sorter import SortedFeed
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date


class FeedCounts:
    """Adds up a feed's polls into the state its door publishes."""

    def __init__(self, feed: str, source: str, *, recorded: bool) -> None:
        self._feed = feed
        self._source = source
        self._recorded = recorded
        self._since = 0
        self._polls = self._failed = self._unchanged = 0
        self._accepted = self._repeated = 0
        self._refused: Counter[str] = Counter()
        self._header_at: int | None = None
        self._lag_s: int | None = None
        self._vehicles = 0
        self._down_since: int | None = None
        self._error: str | None = None
        self._error_at: int | None = None

    def add(self, poll: Poll, outcome: SortedFeed, timetable: Timetable) -> FeedStatus:
        """Count one poll and say where the feed stands."""
        self._since = self._since or poll.time_s
        self._polls += 1
        if poll.error is not None:
            self._failed += 1
            self._error, self._error_at = poll.error, poll.time_s
            self._down_since = self._down_since or poll.time_s
        else:
            self._down_since = None
            self._unchanged += poll.content is None
        if poll.content is not None:
            self._header_at = outcome.header_at
            self._lag_s = outcome.lag_s
            self._vehicles = outcome.vehicles
        self._accepted += outcome.accepted
        self._repeated += outcome.repeated
        self._refused.update(outcome.refused)
        return FeedStatus(
            feed=self._feed,
            timetable=timetable.name,
            timetable_hash=timetable.hash,
            url=self._source,
            since=self._since,
            polled_at=poll.time_s,
            header_at=self._header_at,
            down_since=self._down_since,
            last_error=self._error,
            lag_s=self._lag_s,
            vehicles=self._vehicles,
            lines=len(outcome.messages),
            polls=self._polls,
            failed_polls=self._failed,
            unchanged_polls=self._unchanged,
            accepted=self._accepted,
            repeated=self._repeated,
            refused=dict(sorted(self._refused.items())),
            timetable_expires_on=service_date(timetable.last_service_day),
            recorded=self._recorded,
            last_error_at=self._error_at,
        )
