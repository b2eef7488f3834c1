"""A document fetched again and again in the background: no request waits for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
import structlog

_log = structlog.get_logger(__name__)

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
BYTES_MAX: Final = 32 * 1024 * 1024


class TooLargeError(ValueError):
    """An answer that is larger than anybody's should be."""


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


async def poll_for_ever(
    take: Callable[[httpx.AsyncClient], Awaitable[None]],
    every_s: float,
    failed: tuple[str, dict[str, Any]],
    client: httpx.AsyncClient,
) -> None:
    """Call ``take`` every so often until cancelled; a failure is logged (event, fields) once until it changes."""
    failing = ""
    async with client:
        while True:
            try:
                await take(client)
                failing = ""
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as wrong:
                if str(wrong) != failing:
                    _log.warning(failed[0], **failed[1], error=str(wrong) or repr(wrong))
                failing = str(wrong)
            await asyncio.sleep(every_s)
