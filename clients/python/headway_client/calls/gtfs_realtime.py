"""Calls about `gtfs_realtime`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class GtfsRealtimeCalls(Transport):
    """Calls about `gtfs_realtime`."""

    def get_feed(self, kind: models.FeedKind, form: Literal['pb', 'json'], *, timetable: str | None = None, line: str | None = None, next_runs: bool | None = None) -> bytes:
        """A GTFS-realtime feed."""
        found: bytes = self.fetch_bytes("GET", path_of("/v1/gtfs-realtime/{kind}.{form}", kind=kind, form=form), {"timetable": timetable, "line": line, "next_runs": next_runs})
        return found


class AsyncGtfsRealtimeCalls(AsyncTransport):
    """Calls about `gtfs_realtime`."""

    async def get_feed(self, kind: models.FeedKind, form: Literal['pb', 'json'], *, timetable: str | None = None, line: str | None = None, next_runs: bool | None = None) -> bytes:
        """A GTFS-realtime feed."""
        found: bytes = await self.fetch_bytes("GET", path_of("/v1/gtfs-realtime/{kind}.{form}", kind=kind, form=form), {"timetable": timetable, "line": line, "next_runs": next_runs})
        return found
