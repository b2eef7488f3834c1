"""Calls about `nearby`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class NearbyCalls(Transport):
    """Calls about `nearby`."""

    def get_nearby(self, *, near: str | None = None, box: str | None = None, radius_m: int | None = None, limit: int | None = None, per_line: int | None = None, walk_mps: float | None = None, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.NearbyAnswer:
        """Stops nearby with what comes next."""
        found: models.NearbyAnswer = self.fetch("GET", path_of("/v1/nearby"), {"near": near, "box": box, "radius_m": radius_m, "limit": limit, "per_line": per_line, "walk_mps": walk_mps, "as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found


class AsyncNearbyCalls(AsyncTransport):
    """Calls about `nearby`."""

    async def get_nearby(self, *, near: str | None = None, box: str | None = None, radius_m: int | None = None, limit: int | None = None, per_line: int | None = None, walk_mps: float | None = None, as_of: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.NearbyAnswer:
        """Stops nearby with what comes next."""
        found: models.NearbyAnswer = await self.fetch("GET", path_of("/v1/nearby"), {"near": near, "box": box, "radius_m": radius_m, "limit": limit, "per_line": per_line, "walk_mps": walk_mps, "as_of": as_of, "datum": datum, "ids": ids, "times": times})
        return found
