"""Which feeds a line hears of: when each was polled, which cannot be fetched, and whose the line's vehicles are.

Every feed of a timetable tells each line in service of its polls, in empty messages too: a city's buses and its subway
come from a feed each, and the subway's tells bus lines nothing but the time.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from schemas.headers import FeedHeaders
from schemas.line_forecasts import LineFeed
from transit.tracking.state import NEVER

AWAY_AFTER_S: Final = 15 * 60
"""A feed whose door has been still for so long counts neither as one that is fetched nor as one that is not."""

FORGOTTEN_AFTER_S: Final = 48 * 3600
"""Kept over a night without service: in the morning it is known whose line it is before its first vehicle comes."""


class Heard(msgspec.Struct, array_like=True, frozen=True):
    """What a line has heard of one feed: its last poll, since when it is down (or ``NEVER``), its topics' epoch.

    ``brings``: it has brought the line a vehicle or a trip update. ``said_at`` is the newest time of its messages by
    the feed's own clock.
    """

    polled_at: int
    down_since: int = NEVER
    brings: bool = False
    epoch: int = 0
    said_at: int = 0


_NOTHING_YET: Final = Heard(0)

Feeds = dict[str, Heard]
"""By feed."""


def find_now(feeds: Mapping[str, Heard], headers: FeedHeaders) -> int:
    """The line's time (POSIX s) at a poll: it never runs back, though one feed's fetch may take longer than another's.

    Topics made anew (another epoch) may begin at an earlier time: a recording replayed from its start.
    """
    now = max(headers.poll_time_s, 0)
    for heard in feeds.values():
        if heard.polled_at > now and heard.epoch == headers.epoch:
            now = heard.polled_at
    return now


def note_poll(feeds: Feeds, headers: FeedHeaders, now: int) -> bool:
    """Note a feed's poll; true where the feed has just come back."""
    last = feeds.get(headers.feed, _NOTHING_YET)
    down_since = (last.down_since or now) if headers.feed_down else NEVER
    polled_at = headers.poll_time_s if last.epoch != headers.epoch else max(headers.poll_time_s, last.polled_at)
    feeds[headers.feed] = Heard(polled_at, down_since, last.brings, headers.epoch, last.said_at)
    return last.down_since != NEVER and not headers.feed_down


def note_brought(feeds: Feeds, feed: str) -> None:
    """Note that a feed brought the line something."""
    heard = feeds[feed]
    if not heard.brings:
        feeds[feed] = msgspec.structs.replace(heard, brings=True)


def has_spoken(feeds: Feeds, feed: str, said_at: int) -> bool:
    """Note the time of a feed's message by its own clock; whether it is a new one, not its last told again."""
    heard = feeds[feed]
    if said_at <= heard.said_at or heard.down_since != NEVER:
        return False
    feeds[feed] = msgspec.structs.replace(heard, said_at=said_at)
    return True


def forget_feeds(feeds: Feeds, now: int) -> None:
    """Drop those not polled for long."""
    for feed in [feed for feed, heard in feeds.items() if now - heard.polled_at > FORGOTTEN_AFTER_S]:
        del feeds[feed]


def list_told(feeds: Feeds, now: int) -> tuple[LineFeed, ...]:
    """The feeds that the line's vehicles come from; while none brought it any, every one that tells it the time."""
    polled = [(feed, heard) for feed, heard in sorted(feeds.items()) if now - heard.polled_at <= AWAY_AFTER_S]
    bringing = [(feed, heard) for feed, heard in polled if heard.brings]
    return tuple(LineFeed(feed, heard.polled_at, heard.down_since or None) for feed, heard in bringing or polled)
