"""Calls about `arrivals`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class ArrivalsCalls(Transport):
    """Calls about `arrivals`."""

    def list_batch(self, *, stops: str | None = None, lines: str | None = None, vehicles: str | None = None, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, fields: str | None = None, page_size: int | None = None, cursor: str | None = None, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Many stops, lines or vehicles at once."""
        found: models.BatchAnswer = self.fetch("GET", path_of("/v1/arrivals"), {"stops": stops, "lines": lines, "vehicles": vehicles, "limit": limit, "per_line": per_line, "horizon_s": horizon_s, "fields": fields, "page_size": page_size, "cursor": cursor, "as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    def post_batch(self, body: models.BatchRequest, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Up to 1,000 stops, lines or vehicles at once."""
        found: models.BatchAnswer = self.fetch("POST", path_of("/v1/arrivals"), {"as_of": as_of, "datum": datum, "ids": ids, "times": times}, body)
        return found


class AsyncArrivalsCalls(AsyncTransport):
    """Calls about `arrivals`."""

    async def list_batch(self, *, stops: str | None = None, lines: str | None = None, vehicles: str | None = None, limit: int | None = None, per_line: int | None = None, horizon_s: int | None = None, fields: str | None = None, page_size: int | None = None, cursor: str | None = None, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Many stops, lines or vehicles at once."""
        found: models.BatchAnswer = await self.fetch("GET", path_of("/v1/arrivals"), {"stops": stops, "lines": lines, "vehicles": vehicles, "limit": limit, "per_line": per_line, "horizon_s": horizon_s, "fields": fields, "page_size": page_size, "cursor": cursor, "as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found

    async def post_batch(self, body: models.BatchRequest, *, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.BatchAnswer:
        """Up to 1,000 stops, lines or vehicles at once."""
        found: models.BatchAnswer = await self.fetch("POST", path_of("/v1/arrivals"), {"as_of": as_of, "datum": datum, "ids": ids, "times": times}, body)
        return found
