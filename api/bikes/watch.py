"""Fetches bike stations in the background: no request waits for it."""

import asyncio
import time
from typing import Any, Final

import httpx
import orjson
import structlog

from api.bikes.shelf import BikeShelf, BikeSystem
from runtime.settings import BikeShareSettings
from transit.other_modes.gbfs import INFORMATION, STATUS, GbfsError, find_feeds, read_stations

_log = structlog.get_logger(__name__)

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
BYTES_MAX: Final = 32 * 1024 * 1024


class BikeWatch:
    """Keeps one system's stations; while it fails, what was known grows old and says so."""

    def __init__(self, share: BikeShareSettings, shelf: BikeShelf, transport: httpx.AsyncBaseTransport | None) -> None:
        self._share = share
        self._shelf = shelf
        self._transport = transport

    async def run(self) -> None:
        """Fetch every ``poll_s`` until cancelled."""
        failing = ""
        async with httpx.AsyncClient(
            headers=self._share.headers, timeout=TIMEOUT, follow_redirects=True, transport=self._transport
        ) as client:
            while True:
                try:
                    await self.fetch(client)
                    failing = ""
                except (httpx.HTTPError, httpx.InvalidURL, GbfsError, ValueError) as wrong:
                    if str(wrong) != failing:
                        _log.warning("bike_share_failed", share=self._share.id, error=str(wrong) or repr(wrong))
                    failing = str(wrong)
                await asyncio.sleep(self._share.poll_s)

    async def fetch(self, client: httpx.AsyncClient) -> None:
        """Fetch the system once.

        Raises:
            httpx.HTTPError, GbfsError, ValueError: it cannot be fetched or read.
        """
        feeds = find_feeds(await _get(client, self._share.url))
        information = await _get(client, feeds[INFORMATION])
        stations = read_stations(information, await _get(client, feeds[STATUS]))
        self._shelf.systems[self._share.id] = BikeSystem(stations, time.time())


async def _get(client: httpx.AsyncClient, url: str) -> Any:
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        pieces, size = [], 0
        async for piece in answer.aiter_bytes():
            size += len(piece)
            if size > BYTES_MAX:
                raise GbfsError(f"{url} is larger than {BYTES_MAX} bytes")
            pieces.append(piece)
    return orjson.loads(b"".join(pieces))
