"""Fetches station counts in the background."""

import httpx

from api.fetched import Failed, fetch, open_client, poll_for_ever
from api.station_crowding.shelf import StationShelf
from runtime.settings import StationCountSettings
from transit.crowding.station_counts import read_counts


class CountWatch:
    """Keeps one source's counts; while it fails, what was known grows old and is told no more."""

    def __init__(
        self, source: StationCountSettings, shelf: StationShelf, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._source = source
        self._shelf = shelf
        self._transport = transport

    async def run(self) -> None:
        """Fetch every ``poll_s`` until cancelled."""
        source = self._source
        client = open_client(source.headers, self._transport)
        failed = Failed("station_counts_failed", {"source": source.id}, self._shelf.failures, source.id)
        await poll_for_ever(self.fetch, source.poll_s, failed, client)

    async def fetch(self, client: httpx.AsyncClient) -> None:
        """Fetch the counts once.

        Raises:
            httpx.HTTPError, ValueError: they cannot be fetched or read.
        """
        told = read_counts(await fetch(client, self._source.url))
        self._shelf.counts.setdefault(self._source.timetable, {})[self._source.id] = told
