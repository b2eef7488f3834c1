"""Until when what a feed said last holds: a feed that is gone for long says nothing any more."""

from typing import Final

from schemas.feed_status import FeedStatus

HEARD_WITHIN_S: Final = 1800
"""What a feed said is over when its last good poll is longer ago: nobody is left to say when it ends."""


def holds_until(status: FeedStatus | None) -> int:
    """The moment (POSIX s, the feed's own time) from which nothing holds that it said last; 0 where nobody knows it."""
    if status is None:
        return 0
    return (status.polled_at if status.down_since is None else status.down_since) + HEARD_WITHIN_S
