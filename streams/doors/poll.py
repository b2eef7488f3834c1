"""What a source hands to its door, poll by poll."""

from collections.abc import AsyncGenerator
from typing import NamedTuple, Protocol


class Poll(NamedTuple):
    """One look at a feed at ``time_s`` (POSIX seconds; of a recording, the second it was recorded).

    ``content`` is the feed's message; ``None`` where it is what it was at the last poll, or where the fetch failed
    and ``error`` says how. ``is_partial``: a part of the feed is not known now, so what is missing is not gone.
    """

    time_s: int
    content: bytes | None = None
    error: str | None = None
    is_partial: bool = False


class Source(Protocol):
    """Where a feed comes from."""

    def polls(self) -> AsyncGenerator[Poll, None]:
        """Polls in rising time, for ever or until a recording ends. Failures are polls too and never raised."""
        ...
