"""Calls about `feeds`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class FeedsCalls(Transport):
    """Calls about `feeds`."""

    def list_feeds(self, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.FeedsAnswer:
        """All feeds and timetables."""
        found: models.FeedsAnswer = self.fetch("GET", path_of("/v1/feeds"), {"datum": datum, "ids": ids, "times": times})
        return found


class AsyncFeedsCalls(AsyncTransport):
    """Calls about `feeds`."""

    async def list_feeds(self, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.FeedsAnswer:
        """All feeds and timetables."""
        found: models.FeedsAnswer = await self.fetch("GET", path_of("/v1/feeds"), {"datum": datum, "ids": ids, "times": times})
        return found
