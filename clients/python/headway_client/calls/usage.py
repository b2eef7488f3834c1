"""Calls about `usage`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class UsageCalls(Transport):
    """Calls about `usage`."""

    def get_usage(self) -> models.UsageAnswer:
        """What was used, and when the quota ends."""
        found: models.UsageAnswer = self.fetch("GET", path_of("/v1/usage"), {})
        return found

    def get_statement(self, name: str) -> models.StatementAnswer:
        """A month's statement."""
        found: models.StatementAnswer = self.fetch("GET", path_of("/v1/usage/statements/{name}", name=name), {})
        return found


class AsyncUsageCalls(AsyncTransport):
    """Calls about `usage`."""

    async def get_usage(self) -> models.UsageAnswer:
        """What was used, and when the quota ends."""
        found: models.UsageAnswer = await self.fetch("GET", path_of("/v1/usage"), {})
        return found

    async def get_statement(self, name: str) -> models.StatementAnswer:
        """A month's statement."""
        found: models.StatementAnswer = await self.fetch("GET", path_of("/v1/usage/statements/{name}", name=name), {})
        return found
