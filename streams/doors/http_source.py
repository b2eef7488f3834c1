"""A feed behind an http(s) URL: asked for only if it changed, and more rarely while it fails."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from typing import Final

import httpx

from runtime.settings import FeedSettings
from streams.doors.poll import Poll
from streams.doors.poll_clock import poll_times

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
FETCH_S: Final = 30.0
"""A whole fetch takes no longer, however slowly a server drips."""

REDIRECTS_MAX: Final = 5
BACKOFF_MAX_S: Final = 300.0
USER_AGENT: Final = "Headway"


class Backoff:
    """How long to leave a failing feed alone: twice as long after each failure, spread by chance.

    ``chance`` gives numbers in [0, 1).
    """

    def __init__(self, poll_s: float, chance: Callable[[], float] = random.random) -> None:
        self._poll_s = poll_s
        self._chance = chance
        self._failures = 0
        self._until = 0.0

    def is_waiting(self, now: float) -> bool:
        """Whether the feed is to be left alone at ``now``."""
        return now < self._until

    def fail(self, now: float, retry_after_s: float = 0.0) -> None:
        """Note a failure; a server that says when to come back is heeded."""
        ceiling = min(self._poll_s * 2.0**self._failures, BACKOFF_MAX_S)
        self._failures = min(self._failures + 1, 30)
        self._until = now + max(
            ceiling * (0.5 + self._chance() / 2) - self._poll_s / 2, min(retry_after_s, BACKOFF_MAX_S)
        )

    def succeed(self) -> None:
        """Forget past failures."""
        self._failures = 0
        self._until = 0.0


class FetchError(Exception):
    """One fetch failed; ``retry_after_s`` is the wait the server asked for, 0 where it asked for none."""

    def __init__(self, reason: str, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class HttpSource:
    """Polls a URL with ETag and Last-Modified, gzip, a size limit and timeouts."""

    def __init__(self, feed: FeedSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._feed = feed
        self._transport = transport
        self._conditions: dict[str, str] = {}
        self._backoff = Backoff(feed.poll_s)
        self._error = ""

    async def polls(self) -> AsyncGenerator[Poll, None]:
        """One poll each ``poll_s``, failed ones included."""
        headers = {"User-Agent": USER_AGENT, **self._feed.headers}
        async with httpx.AsyncClient(
            headers=headers,
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=REDIRECTS_MAX,
            transport=self._transport,
        ) as client:
            async for time_s in poll_times(self._feed.poll_s):
                yield await self._poll(client, time_s)

    async def _poll(self, client: httpx.AsyncClient, time_s: int) -> Poll:
        if self._backoff.is_waiting(time.monotonic()):
            return Poll(time_s, error=self._error)
        try:
            async with asyncio.timeout(FETCH_S):
                content = await self._fetch(client)
        except (httpx.HTTPError, httpx.InvalidURL, FetchError, TimeoutError) as wrong:
            self._error = str(wrong) if isinstance(wrong, FetchError) else f"{type(wrong).__name__}: {wrong}"
            self._backoff.fail(time.monotonic(), getattr(wrong, "retry_after_s", 0.0))
            return Poll(time_s, error=self._error)
        self._backoff.succeed()
        return Poll(time_s, content)

    async def _fetch(self, client: httpx.AsyncClient) -> bytes | None:
        """The feed's message, or ``None`` where the server says that it has not changed."""
        async with client.stream("GET", self._feed.source, headers=self._conditions) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED and self._conditions:
                return None
            if answer.status_code != httpx.codes.OK:
                reason = f"the server answers {answer.status_code} {answer.reason_phrase}"
                raise FetchError(reason, _retry_after_s(answer.headers.get("Retry-After", "")))
            content = await self._read(answer)
        self._conditions = _conditions(answer.headers)
        return content

    async def _read(self, answer: httpx.Response) -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in answer.aiter_bytes():
            size += len(piece)
            if size > self._feed.max_bytes:
                raise FetchError(f"the feed is larger than the {self._feed.max_bytes} bytes that are taken")
            pieces.append(piece)
        return b"".join(pieces)


def _conditions(headers: httpx.Headers) -> dict[str, str]:
    pairs = (("If-None-Match", headers.get("ETag")), ("If-Modified-Since", headers.get("Last-Modified")))
    return {name: value for name, value in pairs if value}


def _retry_after_s(written: str) -> float:
    return float(written) if written.isdecimal() else 0.0
