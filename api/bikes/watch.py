"""Fetches bike stations in the background: no request waits for it."""

import time
from typing import Any

import httpx
import orjson

from api.bikes.shelf import BikeShelf, BikeSystem
from api.fetched import Failed, fetch, open_client, poll_for_ever
from runtime.settings import BikeShareSettings
from transit.other_modes.gbfs import INFORMATION, STATUS, find_feeds, read_stations


class BikeWatch:
    """Keeps one system's stations; while it fails, what was known grows old and says so."""

    def __init__(self, share: BikeShareSettings, shelf: BikeShelf, transport: httpx.AsyncBaseTransport | None) -> None:
        self._share = share
        self._shelf = shelf
        self._transport = transport

    async def run(self) -> None:
        """Fetch every ``poll_s`` until cancelled."""
        share = self._share
        client = open_client(share.headers, self._transport)
        failed = Failed("bike_share_failed", {"share": share.id}, self._shelf.failures, share.id)
        await poll_for_ever(self.fetch, share.poll_s, failed, client)

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
    return orjson.loads(await fetch(client, url))
