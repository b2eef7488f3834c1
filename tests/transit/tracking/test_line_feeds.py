"""Several feeds tell one line of their polls: each speaks for its own vehicles."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from schemas.headers import FeedHeaders
from schemas.line_forecasts import LineFeed, find_down_since
from transit.tracking.line_feeds import (
    AWAY_AFTER_S,
    FORGOTTEN_AFTER_S,
    Feeds,
    Heard,
    find_now,
    forget_feeds,
    list_told,
    note_brought,
    note_poll,
)


def poll(feeds: Feeds, feed: str, at: int, *, down: bool = False, epoch: int = 1) -> bool:
    headers = FeedHeaders("hash", at, feed, epoch, feed_down=down)
    return note_poll(feeds, headers, find_now(feeds, headers))


def test_a_feed_that_brought_a_line_nothing_is_not_told_of_beside_one_that_did() -> None:
    feeds: Feeds = {}
    poll(feeds, "bus", 1000)
    note_brought(feeds, "bus")
    poll(feeds, "rail", 1005, down=True)
    assert list_told(feeds, 1005) == (LineFeed("bus", 1000, None),)
    assert find_down_since(list_told(feeds, 1005)) is None


def test_while_no_feed_brought_anything_all_of_them_are_told_of_and_the_line_is_down_with_the_last() -> None:
    feeds: Feeds = {}
    poll(feeds, "bus", 1000)
    poll(feeds, "rail", 1005, down=True)
    assert [each.feed for each in list_told(feeds, 1005)] == ["bus", "rail"]
    assert find_down_since(list_told(feeds, 1005)) is None
    poll(feeds, "bus", 1010, down=True)
    assert find_down_since(list_told(feeds, 1010)) == 1010


def test_a_feed_returns_for_itself_alone() -> None:
    feeds: Feeds = {}
    assert not poll(feeds, "bus", 1000)
    assert not poll(feeds, "rail", 1005, down=True)
    assert not poll(feeds, "bus", 1010)
    assert not poll(feeds, "rail", 1015, down=True)
    assert feeds["rail"].down_since == 1005
    assert poll(feeds, "rail", 1025)


def test_a_feed_whose_door_is_still_is_neither_down_nor_up() -> None:
    feeds: Feeds = {"old": Heard(1000, brings=True), "bus": Heard(1000, brings=True)}
    at = 1001 + AWAY_AFTER_S
    poll(feeds, "bus", at, down=True)
    assert find_down_since(list_told(feeds, at)) == at


def test_a_feed_is_remembered_over_a_night_and_forgotten_after_two_days() -> None:
    feeds: Feeds = {"bus": Heard(1000, brings=True)}
    forget_feeds(feeds, 1000 + FORGOTTEN_AFTER_S)
    assert "bus" in feeds
    forget_feeds(feeds, 1001 + FORGOTTEN_AFTER_S)
    assert not feeds


def test_topics_made_anew_may_begin_at_an_earlier_time() -> None:
    feeds: Feeds = {}
    poll(feeds, "bus", 5000, epoch=1)
    assert find_now(feeds, FeedHeaders("hash", 1000, "bus", 2)) == 1000


@given(st.lists(st.tuples(st.sampled_from(["bus", "rail", "tram"]), st.integers(0, 30)), min_size=1))
def test_the_lines_time_never_runs_back_however_feeds_are_interleaved(polls: list[tuple[str, int]]) -> None:
    feeds: Feeds = {}
    last, at = 0, 1_000_000
    for feed, late_s in polls:
        at += 10
        headers = FeedHeaders("hash", at - late_s, feed, 1)
        now = find_now(feeds, headers)
        assert now >= last
        assert now >= headers.poll_time_s
        note_poll(feeds, headers, now)
        last = now


def test_what_was_heard_is_packed_and_read_back() -> None:
    feeds: Feeds = {"bus": Heard(1000, 990, brings=True, epoch=3)}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(feeds), type=Feeds) == feeds
