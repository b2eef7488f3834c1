"""What ``headway record`` is told to keep."""

from pathlib import Path

import pytest

from headway.record import find_feeds
from runtime.errors import UserError
from runtime.settings import FeedSettings, Settings

TO = Path("archive")
KNOWN = Settings(feeds=(FeedSettings(id="city", timetable="city", source="http://city.test/v.pb"),))


def test_a_source_of_its_own_is_kept_with_what_stands_beside_it() -> None:
    (feed,) = find_feeds(KNOWN, ["town=http://town.test/v.pb"], ["http://town.test/a.pb"], TO, 5.0)
    assert (feed.id, feed.source, feed.beside) == ("town", "http://town.test/v.pb", ("http://town.test/a.pb",))
    assert (feed.archive, feed.poll_s) == (TO / "town", 5.0)


def test_a_known_feed_is_kept_as_its_settings_have_it() -> None:
    (feed,) = find_feeds(KNOWN, ["city"], [], TO, 5.0)
    assert feed == KNOWN.feeds[0].model_copy(update={"archive": TO / "city"})


@pytest.mark.parametrize("feeds", [[], ["city"], ["a=http://a.test/v.pb", "b=http://b.test/v.pb"]])
def test_what_stands_beside_no_one_source_is_refused(feeds: list[str]) -> None:
    with pytest.raises(UserError, match="--beside stands beside one source"):
        find_feeds(KNOWN, feeds, ["http://a.test/alerts.pb"], TO, 5.0)


def test_a_feed_that_is_not_known_is_one_clear_line() -> None:
    with pytest.raises(UserError, match="HEADWAY_FEEDS names no such feed; write --feed metro=URL"):
        find_feeds(KNOWN, ["metro"], [], TO, 5.0)
