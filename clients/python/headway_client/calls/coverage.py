"""Calls about `coverage`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class CoverageCalls(Transport):
    """Calls about `coverage`."""

    def list_coverage(self, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.CoverageAnswer:
        """Which runs are due, which are tracked."""
        found: models.CoverageAnswer = self.fetch("GET", path_of("/v1/coverage"), {"datum": datum, "ids": ids, "times": times})
        return found


class AsyncCoverageCalls(AsyncTransport):
    """Calls about `coverage`."""

    async def list_coverage(self, *, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.CoverageAnswer:
        """Which runs are due, which are tracked."""
        found: models.CoverageAnswer = await self.fetch("GET", path_of("/v1/coverage"), {"datum": datum, "ids": ids, "times": times})
        return found
