"""A feed that an agency publishes in several messages: positions at one address, trip updates and alerts at others."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Final

import structlog

from streams.doors.poll import Poll, Source
from transit.assignment.decoded_feed import UndecodableError, decode_feed

_log = structlog.get_logger(__name__)

KEPT_S: Final = 900
"""What another address said last is told on for this long while it fails."""

PARTIAL_S: Final = 1800
"""After so long with an address that is not known, what the others say is all there is: an address that is gone
may not hold the feed's alerts as they were for ever."""

FIRST_WORD_S: Final = 10.0
"""How long the first poll waits for an address that has neither spoken nor failed yet."""


class JoinedSource:
    """The polls of ``main``, each with what the others said last; partial where one of them is not known.

    A repeated field of a protobuf message may be joined as bytes; the main message stands last, so that its header is
    the one that counts.
    """

    def __init__(self, main: Source, others: Sequence[Source], *, first_word_s: float = FIRST_WORD_S) -> None:
        self._main = main
        self._others = others
        self._first_word_s = first_word_s
        self._heard = [asyncio.Event() for _ in others]
        self._said: list[bytes | None] = [None] * len(others)
        self._said_at = [0] * len(others)
        self._joined: list[bytes | None] = [None] * len(others)
        self._last = b""
        self._whole_at: int | None = None

    async def polls(self) -> AsyncGenerator[Poll, None]:
        """One poll for each of the main message.

        Raises:
            Exception: what ended the reading of one of the others; its failed fetches are polls and end nothing.
        """
        following = [asyncio.create_task(self._follow(place)) for place in range(len(self._others))]
        try:
            await self._await_first_words()
            async for poll in self._main.polls():
                for task in following:
                    if task.done():
                        task.result()
                yield self._join(poll)
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)

    async def _await_first_words(self) -> None:
        """An address not yet heard says nothing, which is not to say that it has nothing to say."""
        try:
            async with asyncio.timeout(self._first_word_s):
                for heard in self._heard:
                    await heard.wait()
        except TimeoutError:
            late = [place for place, heard in enumerate(self._heard) if not heard.is_set()]
            _log.warning("feed_beside_awaited_in_vain", numbers=late)

    def _join(self, poll: Poll) -> Poll:
        said = [None if poll.time_s - at > KEPT_S else each for each, at in zip(self._said, self._said_at, strict=True)]
        if self._whole_at is None or None not in said:
            self._whole_at = poll.time_s
        poll = poll._replace(is_partial=None in said and poll.time_s - self._whole_at < PARTIAL_S)
        if poll.error is not None or (poll.content is None and not (said != self._joined and self._last)):
            return poll
        self._last = poll.content or self._last
        self._joined = said
        return poll._replace(content=b"".join((*(each or b"" for each in said), self._last)))

    async def _follow(self, place: int) -> None:
        failing = ""
        try:
            async for fetched in self._others[place].polls():
                poll = _checked(fetched)
                if poll.error is None:
                    self._said_at[place] = poll.time_s
                    self._said[place] = self._said[place] if poll.content is None else poll.content
                elif poll.error != failing:
                    _log.warning("feed_beside_failed", number=place, error=poll.error)
                failing = poll.error or ""
                self._heard[place].set()
        finally:
            self._heard[place].set()


def _checked(poll: Poll) -> Poll:
    """The poll, as a failed one where what came is no FeedMessage: joined, it would make the whole unreadable."""
    if poll.content is None or poll.error is not None:
        return poll
    try:
        decode_feed(poll.content)
    except UndecodableError as wrong:
        return Poll(poll.time_s, error=f"no FeedMessage: {wrong}")
    return poll
