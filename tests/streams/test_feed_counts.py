"""How a feed fares, as its door tells it poll by poll."""

from types import SimpleNamespace
from typing import Any

from streams.doors.feed_counts import FeedCounts
from streams.doors.poll import Poll
from transit.assignment.feed_sorter import SortedFeed

NOTHING = SortedFeed([])


def test_an_error_is_told_with_its_time_also_when_the_feed_is_back() -> None:
    town: Any = SimpleNamespace(name="town", hash="0", last_service_day=740_000)
    counts = FeedCounts("bus", "https://agency.example/positions.pb", recorded=False)
    assert counts.add(Poll(100, b""), NOTHING, town).last_error_at is None
    down = counts.add(Poll(110, error="HTTP 503"), NOTHING, town)
    assert (down.last_error, down.last_error_at, down.down_since) == ("HTTP 503", 110, 110)
    still = counts.add(Poll(120, error="timed out"), NOTHING, town)
    assert (still.last_error, still.last_error_at, still.down_since) == ("timed out", 120, 110)
    back = counts.add(Poll(130), NOTHING, town)
    assert (back.last_error, back.last_error_at, back.down_since) == ("timed out", 120, None)
