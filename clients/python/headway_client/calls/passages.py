"""Calls about `passages`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class PassagesCalls(Transport):
    """Calls about `passages`."""

    def list_passages(self, *, stop: str | None = None, line: str | None = None, run: str | None = None, from_: str | None = None, to: str | None = None, limit: int | None = None, cursor: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.PassagesAnswer:
        """When vehicles came and left."""
        found: models.PassagesAnswer = self.fetch("GET", path_of("/v1/passages"), {"stop": stop, "line": line, "run": run, "from": from_, "to": to, "limit": limit, "cursor": cursor, "datum": datum, "ids": ids, "times": times})
        return found


class AsyncPassagesCalls(AsyncTransport):
    """Calls about `passages`."""

    async def list_passages(self, *, stop: str | None = None, line: str | None = None, run: str | None = None, from_: str | None = None, to: str | None = None, limit: int | None = None, cursor: str | None = None, datum: models.Datum | None = None, ids: Literal['own'] | None = None, times: Literal['local', 'utc'] | None = None) -> models.PassagesAnswer:
        """When vehicles came and left."""
        found: models.PassagesAnswer = await self.fetch("GET", path_of("/v1/passages"), {"stop": stop, "line": line, "run": run, "from": from_, "to": to, "limit": limit, "cursor": cursor, "datum": datum, "ids": ids, "times": times})
        return found
