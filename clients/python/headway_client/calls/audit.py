"""Calls about `audit`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class AuditCalls(Transport):
    """Calls about `audit`."""

    def get_head(self) -> Any:
        """The audit's signed head."""
        found: Any = self.fetch("GET", path_of("/v1/audit/head"), {})
        return found

    def get_extract(self, *, month: str | None = None) -> Any:
        """A month of the audit, to check offline."""
        found: Any = self.fetch("GET", path_of("/v1/audit/extract"), {"month": month})
        return found


class AsyncAuditCalls(AsyncTransport):
    """Calls about `audit`."""

    async def get_head(self) -> Any:
        """The audit's signed head."""
        found: Any = await self.fetch("GET", path_of("/v1/audit/head"), {})
        return found

    async def get_extract(self, *, month: str | None = None) -> Any:
        """A month of the audit, to check offline."""
        found: Any = await self.fetch("GET", path_of("/v1/audit/extract"), {"month": month})
        return found
