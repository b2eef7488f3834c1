"""Calls about `replays`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class ReplaysCalls(Transport):
    """Calls about `replays`."""

    def list_replays(self) -> models.ReplaysAnswer:
        """Replays that run."""
        found: models.ReplaysAnswer = self.fetch("GET", path_of("/v1/replays"), {})
        return found


class AsyncReplaysCalls(AsyncTransport):
    """Calls about `replays`."""

    async def list_replays(self) -> models.ReplaysAnswer:
        """Replays that run."""
        found: models.ReplaysAnswer = await self.fetch("GET", path_of("/v1/replays"), {})
        return found
