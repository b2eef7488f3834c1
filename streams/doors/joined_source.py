"""A feed that an agency publishes in several messages: positions at one address, trip updates and alerts at others."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Final

import structlog

from streams.doors.poll import Poll, Source

_log = structlog.get_logger(__name__)

KEPT_S: Final = 900
"""What another address said last is told on for this long while it fails."""


class JoinedSource:
    """The polls of ``main``, each with what the others said last.

    A repeated field of a protobuf message may be joined as bytes; the main message stands last, so that its header is
    the one that counts.
    """

    def __init__(self, main: Source, others: Sequence[Source]) -> None:
        self._main = main
        self._others = others
        self._said: list[bytes] = [b""] * len(others)
        self._said_at = [0] * len(others)
        self._is_new = False
        self._last = b""

    async def polls(self) -> AsyncGenerator[Poll, None]:
        """One poll for each of the main message."""
        following = [asyncio.create_task(self._follow(place)) for place in range(len(self._others))]
        try:
            async for poll in self._main.polls():
                yield self._join(poll)
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)

    def _join(self, poll: Poll) -> Poll:
        for place, at in enumerate(self._said_at):
            if self._said[place] and poll.time_s - at > KEPT_S:
                self._said[place], self._is_new = b"", True
        if poll.error is not None or (poll.content is None and not (self._is_new and self._last)):
            return poll
        self._last = poll.content or self._last
        self._is_new = False
        return poll._replace(content=b"".join((*self._said, self._last)))

    async def _follow(self, place: int) -> None:
        failing = ""
        async for poll in self._others[place].polls():
            if poll.error is None:
                self._said_at[place] = poll.time_s
                if poll.content is not None:
                    self._said[place], self._is_new = poll.content, True
            elif poll.error != failing:
                _log.warning("feed_beside_failed", number=place, error=poll.error)
            failing = poll.error or ""
