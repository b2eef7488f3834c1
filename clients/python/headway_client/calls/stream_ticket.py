"""Calls about `stream_ticket`. Generated from the contract of 2026-11-25 by `headway contract`; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from headway_client import models
from headway_client.transport import AsyncTransport, Transport, path_of


class StreamTicketCalls(Transport):
    """Calls about `stream_ticket`."""

    def get_ticket(self) -> models.TicketAnswer:
        """A ticket that opens streams."""
        found: models.TicketAnswer = self.fetch("GET", path_of("/v1/stream-ticket"), {})
        return found


class AsyncStreamTicketCalls(AsyncTransport):
    """Calls about `stream_ticket`."""

    async def get_ticket(self) -> models.TicketAnswer:
        """A ticket that opens streams."""
        found: models.TicketAnswer = await self.fetch("GET", path_of("/v1/stream-ticket"), {})
        return found
