"""A feed's state, as its door publishes it after each poll."""

from typing import Final

import msgspec

STALE_AFTER_S: Final = 300
"""A feed whose own time is older than this when it is fetched is not live: it should be new twice a minute."""


class FeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed fares: its age, its lag and what became of its reports.

    ``header_at`` is the feed's own time, ``polled_at`` ours, ``lag_s`` the median age of its vehicles' reports at the
    poll. ``recorded``: a recording is replayed, and ``polled_at`` is its own time. Counts are since ``since``;
    ``refused`` counts by schemas.rejects.RejectReason.
    """

    feed: str
    timetable: str
    timetable_hash: str
    url: str
    since: int
    polled_at: int
    header_at: int | None
    down_since: int | None
    last_error: str | None
    lag_s: int | None
    vehicles: int
    lines: int
    polls: int
    failed_polls: int
    unchanged_polls: int
    accepted: int
    repeated: int
    refused: dict[str, int]
    timetable_expires_on: int | None = None
    recorded: bool = False
    last_error_at: int | None = None
    """The last poll that failed (POSIX s); what it failed of is still told once the feed is back."""

    @property
    def is_stale(self) -> bool:
        """Whether its own time stands still while it is fetched as if nothing were wrong."""
        return (
            self.down_since is None and self.header_at is not None and self.polled_at - self.header_at > STALE_AFTER_S
        )


_decoder = msgspec.json.Decoder(FeedStatus)
_encoder = msgspec.json.Encoder()


def encode_feed_status(status: FeedStatus) -> bytes:
    """Pack a feed's state (JSON), as it stands on its topic and in the store."""
    return _encoder.encode(status)


def decode_feed_status(packed: bytes) -> FeedStatus:
    """Unpack a feed's state.

    Raises:
        msgspec.DecodeError: the bytes are no such state.
    """
    return _decoder.decode(packed)
