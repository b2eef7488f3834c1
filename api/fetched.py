"""A document fetched again and again in the background: no request waits for it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

import httpx
import structlog

_log = structlog.get_logger(__name__)

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
BYTES_MAX: Final = 32 * 1024 * 1024


class TooLargeError(ValueError):
    """An answer that is larger than anybody's should be."""


def open_client(headers: Mapping[str, str], transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """A client that sends a source's headers, follows where it is sent on, and waits no longer than TIMEOUT."""
    return httpx.AsyncClient(headers=headers, timeout=TIMEOUT, follow_redirects=True, transport=transport)


async def fetch(client: httpx.AsyncClient, url: str) -> bytes:
    """A document of BYTES_MAX at most.

    Raises:
        httpx.HTTPError, TooLargeError: it cannot be had.
    """
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        pieces, size = [], 0
        async for piece in answer.aiter_bytes():
            size += len(piece)
            if size > BYTES_MAX:
                raise TooLargeError(f"{url} is larger than {BYTES_MAX} bytes")
            pieces.append(piece)
    return b"".join(pieces)


class Failed(NamedTuple):
    """How a source's failures are told: the log's event and fields, and where they are counted by the source's id."""

    event: str
    fields: dict[str, Any]
    counted: Counter[str]
    id: str


async def poll_for_ever(
    take: Callable[[httpx.AsyncClient], Awaitable[None]],
    every_s: float,
    failed: Failed,
    client: httpx.AsyncClient,
) -> None:
    """Call ``take`` every so often until cancelled; a failure is counted, and logged once until it changes."""
    failing = ""
    async with client:
        while True:
            try:
                await take(client)
                failing = ""
            except Exception as wrong:  # noqa: BLE001 - whatever a source answers, it must be asked again
                failed.counted[failed.id] += 1
                if repr(wrong) != failing:
                    _log.warning(failed.event, **failed.fields, error=_words(wrong))
                failing = repr(wrong)
            await asyncio.sleep(every_s)


def _words(wrong: Exception) -> str:
    """What went wrong; with its kind where it is none that a source is expected to make."""
    is_expected = isinstance(wrong, httpx.HTTPError | httpx.InvalidURL | ValueError)
    return str(wrong) if is_expected and str(wrong) else repr(wrong)
